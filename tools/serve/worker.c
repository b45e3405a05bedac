/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "collector/base/clean.h"
#include "collector/symbols/workers.h"
#include "tools/ps/selection.h"
#include "tools/serve/body.h"
#include "tools/serve/metrics.h"
#include "tools/serve/page.h"
#include "tools/serve/snapshots.h"
#include "tools/serve/targets.h"
#include "tools/serve/wire.h"

#define LOOK_MS     2000   /* between looks at who has ended while nothing is asked */
#define INPUT_BYTES 65536u /* that are read of what was posted */
#define FIRST_TO_GO "1000" /* of /proc/PID/oom_score_adj */

struct worker {
    const char *url;
    struct targets targets;
    struct snapshots snapshots;
};

/* ---- what is said of one process ---- */

static struct target *find(struct worker *worker, pid_t pid)
{
    return pid == WORK_THE_ONE ? targets_only(&worker->targets)
                               : targets_find(&worker->targets, (uint32_t)pid);
}

/* NULL, with the reason in `out` and its status in *result: none. */
static struct target *choose(struct worker *worker, pid_t pid, struct work_result *result,
                             FILE *out)
{
    struct target *target = find(worker, pid);
    if (!target) { /* it may have begun a moment ago */
        targets_look(&worker->targets);
        target = find(worker, pid);
    }
    if (target && target->process)
        return target;
    if (target) {
        result->status = 410;
        fprintf(out, "memprof serve: process %d ended more than 10 minutes ago\n",
                (int)target->pid);
    } else if (pid == WORK_THE_ONE) {
        result->status = 404;
        page_put_choice(out, &worker->targets);
    } else {
        result->status = 404;
        struct error *error = targets_why_not(&worker->targets, pid);
        fprintf(out, "memprof serve: %s\n", error_message(error));
        error_destroy(error);
    }
    return NULL;
}

/* What was posted, as text; the caller frees it. */
static char *read_input(int fd)
{
    char *text = malloc(INPUT_BYTES + 1);
    ssize_t got = text && fd >= 0 ? pread(fd, text, INPUT_BYTES, 0) : 0;
    if (text)
        text[got > 0 ? got : 0] = '\0';
    return text;
}

static struct error *write_names(struct worker *worker, struct target *target, int input, FILE *out)
{
    char *addresses = read_input(input);
    if (!addresses)
        return error_no_memory();
    struct error *error = snapshots_name(&worker->snapshots, target->process, addresses, out);
    free(addresses);
    return error;
}

/* Each is followed by a NUL. */
static void write_arguments(const struct target *target, FILE *out)
{
    const struct state_info *info = live_process_info(target->process);
    fwrite(info->arguments, 1, info->arguments_bytes, out);
}

static struct error *answer_of_process(struct worker *worker, const struct work *work, int input,
                                       struct work_result *result, FILE *out)
{
    struct target *target = choose(worker, work->pid, result, out);
    struct work of_target = *work;
    if (!target)
        return NULL;
    of_target.pid = (int32_t)target->pid;
    result->pid = target->pid;
    result->ended_ns = target->ended_ns;
    switch ((enum work_kind)work->kind) {
    case WORK_PPROF:
        page_put_process(out, target);
        return NULL;
    case WORK_CMDLINE:
        write_arguments(target, out);
        return NULL;
    case WORK_SYMBOL:
        return write_names(worker, target, input, out);
    case WORK_MARK:
        return snapshots_mark(&worker->snapshots, target->process, of_target.pid, &result->mark);
    default:
        return snapshots_write(&worker->snapshots, target->process, &of_target, out);
    }
}

/* ---- what is said of all ---- */

/* What others wrote becomes text that a page and a label may hold. */
static void clean(struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++) {
        struct vitals *vitals = &roster->entries[i].vitals;
        char *const texts[] = {vitals->exe, vitals->comm, vitals->words, vitals->writer};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            if (texts[k])
                clean_text(texts[k]);
    }
}

static struct error *put_all(const struct worker *worker, const struct work *work,
                             const struct roster *roster, const struct ps_list *list, FILE *out)
{
    if (work->kind == WORK_INDEX)
        page_put_index(out, list, worker->url);
    else if (work->kind == WORK_METRICS)
        metrics_put(out, list);
    else if (!ps_print_json(out, list, roster, true))
        return error_no_memory();
    return NULL;
}

static struct error *answer_of_all(struct worker *worker, const struct work *work, FILE *out)
{
    struct roster_options options = {.with_rings = work->kind != WORK_METRICS,
                                     .stale_ns = ROSTER_STALE_NS};
    pid_t skipped[SILENCE_SKIPPED];
    struct roster roster;
    silence_watch(worker->targets.page, &options, skipped);
    struct ps_list list = {.count = 0};
    struct error *error = roster_init(&roster, &options);
    clean(&roster);
    if (!error && !ps_list_init(&list, &roster, &worker->targets.wanted))
        error = error_no_memory();
    if (!error)
        error = put_all(worker, work, &roster, &list, out);
    ps_list_deinit(&list);
    roster_deinit(&roster);
    return error;
}

/* ---- what is asked ---- */

static bool is_of_all(const struct work *work)
{
    return work->kind == WORK_INDEX || work->kind == WORK_JSON || work->kind == WORK_METRICS;
}

static struct error *answer(struct worker *worker, const struct work *work, int input,
                            struct work_result *result, FILE *out)
{
    if (is_of_all(work))
        return answer_of_all(worker, work, out);
    targets_refresh(&worker->targets);
    return answer_of_process(worker, work, input, result, out);
}

/* An error is an answer, too; *body is -1 when not even that could be made. */
static void make(struct worker *worker, const struct work *work, int input,
                 struct work_result *result, int *body)
{
    FILE *out;
    *body = -1;
    struct error *error = body_open(&out);
    if (!error) {
        error = answer(worker, work, input, result, out);
        if (error)
            body_drop(out);
        else
            error = body_finish(out, body);
    }
    if (!error)
        return;
    result->status = 500;
    struct error *again = body_open(&out);
    if (!again) {
        fprintf(out, "memprof serve: %s\n", error_message(error));
        again = body_finish(out, body);
    }
    error_destroy(again);
    error_destroy(error);
}

/* False: the server is gone. */
static bool do_next(struct worker *worker)
{
    struct work work;
    int input, body;
    int got = wire_receive(WORKER_SOCKET, &work, sizeof work, &input);
    if (got <= 0)
        return got == 0;
    if (work.kind == WORK_FORGET) {
        marks_remove(&worker->snapshots.marks, work.mark);
        return true;
    }
    struct work_result result = {.id = work.id, .status = 200};
    make(worker, &work, input, &result, &body);
    result.has_body = body >= 0;
    bool is_sent = wire_send(WORKER_SOCKET, &result, sizeof result, body);
    if (body >= 0)
        close(body);
    if (input >= 0)
        close(input);
    return is_sent;
}

/* What is read may be made to cost much: this process is refused more memory than that, and is the
 * first to go where a machine or a cgroup has none left.  (The limit can be raised again, which is
 * done for the reader of symbols, whose own is another one.) */
static void bound(uint64_t memory_bytes)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_DATA, &limit) == 0 && memory_bytes < limit.rlim_cur) {
        limit.rlim_cur = memory_bytes;
        setrlimit(RLIMIT_DATA, &limit);
    }
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return; /* no /proc here */
    if (write(fd, FIRST_TO_GO, sizeof FIRST_TO_GO - 1) < 0) {
        /* Then it is one of many. */
    }
    close(fd);
}

void worker_run(const char *url, uint64_t memory_bytes, char *const *names, size_t count)
{
    bound(memory_bytes);
    struct worker worker = {.url = url,
                            .targets = {.page = silence_open(WORKER_PAGE),
                                        .wanted = {.names = names, .name_count = count}},
                            .snapshots = {.workers = symbol_workers_create()}};
    bool goes_on = true;
    while (goes_on) {
        struct pollfd asked = {.fd = WORKER_SOCKET, .events = POLLIN};
        int ready = poll(&asked, 1, LOOK_MS);
        if (ready > 0)
            goes_on = do_next(&worker);
        else if (ready == 0)
            targets_watch(&worker.targets);
        else
            goes_on = errno == EINTR;
    }
    targets_deinit(&worker.targets);
    symbol_workers_destroy(worker.snapshots.workers);
}
