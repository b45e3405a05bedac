/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/lane.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "collector/base/clock.h"
#include "tools/serve/body.h"
#include "tools/serve/worker.h"

#define RESTART_MS 200 /* a worker that dies at once must not keep a processor busy */

struct job {
    struct job *next;
    struct work work;
    int input;
    int64_t asked_ms;
    struct waiter *waiters;
};

/* ---- jobs ---- */

static void job_destroy(struct job *job)
{
    if (job->input >= 0)
        close(job->input);
    free(job);
}

/* What everybody may have: it needs no mark and no input. */
static bool is_shared(const struct work *work)
{
    return work->mark == 0 && !work->has_input && work->kind != WORK_MARK;
}

static bool is_same(const struct work *left, uint32_t kind, int32_t pid)
{
    return left->kind == kind && left->pid == pid;
}

static void remember(struct lane *lane, const struct work *work, struct answer *answer)
{
    unsigned oldest = 0;
    if (!is_shared(work))
        return;
    for (unsigned i = 1; i < LANE_RECENT; i++)
        if (lane->recent[i].made_ms < lane->recent[oldest].made_ms)
            oldest = i;
    answer_release(lane->recent[oldest].answer);
    answer->references++;
    lane->recent[oldest].kind = work->kind;
    lane->recent[oldest].pid = work->pid;
    lane->recent[oldest].made_ms = clock_now_ms();
    lane->recent[oldest].answer = answer;
}

/* Takes the first job out of the line and gives its answer to all who wait; NULL: none could
 * be made.  Their own reference is theirs. */
static void finish(struct lane *lane, struct answer *answer)
{
    struct job *job = lane->first;
    lane->first = job->next;
    if (!lane->first)
        lane->last = NULL;
    lane->is_busy = false;
    if (answer)
        remember(lane, &job->work, answer);
    struct waiter *next;
    for (struct waiter *waiter = job->waiters; waiter; waiter = next) {
        next = waiter->next;
        waiter->job = NULL;
        if (answer)
            answer->references++;
        waiter->take(waiter, answer);
    }
    answer_release(answer);
    job_destroy(job);
}

static int body_with(const char *text)
{
    FILE *out;
    int fd = -1;
    struct error *error = body_open(&out);
    if (!error) {
        fputs(text, out);
        error = body_finish(out, &fd);
    }
    error_destroy(error);
    return fd;
}

static void fail_first(struct lane *lane, uint32_t status, const char *text)
{
    int fd = body_with(text);
    const struct work_result result = {
        .status = status, .has_body = fd >= 0, .pid = (uint32_t)lane->first->work.pid};
    finish(lane, answer_create(&result, fd, lane->generation));
}

/* ---- the worker ---- */

/* It is not waited for: it may be in a call that not even this ends. */
static void end_worker(struct lane *lane)
{
    if (lane->fd >= 0)
        close(lane->fd);
    lane->fd = -1;
    if (lane->pid > 0)
        kill(lane->pid, SIGKILL);
    lane->pid = 0;
}

/* It inherits its standard descriptors, the socket, and the memory in which it says where it
 * stands. */
static void become_worker(const struct lane *lane, int fd)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* First to numbers that neither of them has. */
    int socket = fcntl(fd, F_DUPFD, WORKER_PAGE + 1);
    int page = fcntl(lane->silence.fd, F_DUPFD, WORKER_PAGE + 1);
    if (dup2(socket, WORKER_SOCKET) < 0 || dup2(page, WORKER_PAGE) < 0)
        _exit(1);
    close_range(WORKER_PAGE + 1, ~0u, 0);
    execv(lane->arguments[0], (char *const *)(uintptr_t)lane->arguments);
    _exit(1);
}

static struct error *start_worker(struct lane *lane)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return error_create_errno(errno, "cannot start a worker");
    silence_begin(&lane->silence);
    lane->pid = fork();
    if (lane->pid == 0)
        become_worker(lane, ends[1]);
    int number = errno;
    close(ends[1]);
    if (lane->pid < 0) {
        lane->pid = 0;
        close(ends[0]);
        return error_create_errno(number, "cannot start a worker");
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    lane->fd = ends[0];
    lane->generation++;
    lane->not_before_ms = clock_now_ms() + RESTART_MS;
    return NULL;
}

/* The next job goes to the worker, if it has nothing to do. */
static void advance(struct lane *lane)
{
    if (lane->is_busy || !lane->first || lane->fd < 0)
        return;
    struct job *job = lane->first;
    if (!wire_send(lane->fd, &job->work, sizeof job->work, job->input))
        return; /* it is gone: lane_read() will see it */
    lane->is_busy = true;
    lane->deadline_ms = clock_now_ms() + LANE_PATIENCE_MS;
}

static void lose_worker(struct lane *lane, uint32_t status, const char *text)
{
    bool was_busy = lane->is_busy;
    end_worker(lane);
    lane->is_busy = false;
    if (was_busy)
        fail_first(lane, status, text);
}

void lane_begin_anew(struct lane *lane)
{
    end_worker(lane);
    lane->is_busy = false;
}

void lane_read(struct lane *lane)
{
    struct work_result result;
    int fd, got;
    while (lane->fd >= 0 && (got = wire_receive(lane->fd, &result, sizeof result, &fd)) != 0) {
        struct answer *answer = NULL;
        if (got > 0 && lane->is_busy && result.id == lane->first->work.id)
            answer = answer_create(&result, fd, lane->generation);
        else if (fd >= 0)
            close(fd);
        if (!answer) {
            lose_worker(lane, 502,
                        "memprof serve: the process that read this state died; another one "
                        "was started\n");
            break;
        }
        finish(lane, answer);
        advance(lane);
    }
    lane_tick(lane);
}

void lane_tick(struct lane *lane)
{
    int64_t now = clock_now_ms();
    if (lane->is_busy && now >= lane->deadline_ms)
        lose_worker(lane, 504,
                    "memprof serve: to read this state took longer than 20 s, and was given "
                    "up\n");
    if (lane->fd < 0 && now >= lane->not_before_ms)
        error_destroy(start_worker(lane));
    advance(lane);
    for (unsigned i = 0; i < LANE_RECENT; i++)
        if (lane->recent[i].answer && now - lane->recent[i].made_ms > LANE_SHARED_MS) {
            answer_release(lane->recent[i].answer);
            lane->recent[i].answer = NULL;
        }
}

/* ---- asking ---- */

static struct answer *find_recent(const struct lane *lane, const struct work *work)
{
    int64_t now = clock_now_ms();
    for (unsigned i = 0; i < LANE_RECENT; i++)
        if (lane->recent[i].answer && is_same(work, lane->recent[i].kind, lane->recent[i].pid) &&
            now - lane->recent[i].made_ms <= LANE_SHARED_MS)
            return lane->recent[i].answer;
    return NULL;
}

/* One that is not begun yet, or was a moment ago. */
static struct job *find_job(const struct lane *lane, const struct work *work)
{
    int64_t now = clock_now_ms();
    for (struct job *job = lane->first; job; job = job->next)
        if (is_shared(&job->work) && is_same(work, job->work.kind, job->work.pid) &&
            (job != lane->first || !lane->is_busy || now - job->asked_ms <= LANE_SHARED_MS))
            return job;
    return NULL;
}

static void append(struct lane *lane, struct job *job)
{
    job->next = NULL;
    job->work.id = ++lane->next_id;
    if (lane->last)
        lane->last->next = job;
    else
        lane->first = job;
    lane->last = job;
}

static struct job *append_new(struct lane *lane, const struct work *work, int input)
{
    struct job *job = malloc(sizeof *job);
    if (!job)
        return NULL;
    *job = (struct job){.work = *work, .input = input, .asked_ms = clock_now_ms()};
    append(lane, job);
    return job;
}

bool lane_ask(struct lane *lane, const struct work *work, int input, struct waiter *waiter)
{
    struct answer *answer = is_shared(work) ? find_recent(lane, work) : NULL;
    waiter->lane = lane;
    if (answer) {
        answer->references++;
        waiter->take(waiter, answer);
        return true;
    }
    struct job *job = is_shared(work) ? find_job(lane, work) : NULL;
    if (!job && !(job = append_new(lane, work, input))) {
        if (input >= 0)
            close(input);
        return false;
    }
    waiter->job = job;
    waiter->next = job->waiters;
    job->waiters = waiter;
    advance(lane);
    return true;
}

void lane_leave(struct waiter *waiter)
{
    if (!waiter->job)
        return;
    struct waiter **at = &waiter->job->waiters;
    while (*at != waiter)
        at = &(*at)->next;
    *at = waiter->next;
    waiter->job = NULL;
}

int64_t lane_busy_ms(const struct lane *lane)
{
    return lane->is_busy ? clock_now_ms() - (lane->deadline_ms - LANE_PATIENCE_MS) : 0;
}

int32_t lane_busy_with(const struct lane *lane)
{
    return lane->is_busy ? lane->first->work.pid : 0;
}

void lane_move(struct lane *from, struct lane *to,
               bool (*may_move)(void *context, const struct work *work), void *context)
{
    struct job **at = &from->first, *last = NULL;
    if (from->is_busy) {
        last = from->first;
        at = &last->next;
    }
    while (*at) {
        struct job *job = *at;
        if (job->work.mark || !may_move(context, &job->work)) {
            last = job;
            at = &job->next;
            continue;
        }
        *at = job->next;
        append(to, job);
        for (struct waiter *waiter = job->waiters; waiter; waiter = waiter->next)
            waiter->lane = to;
    }
    from->last = last;
    advance(to);
}

void lane_forget(struct lane *lane, uint64_t generation, uint64_t mark)
{
    const struct work work = {.kind = WORK_FORGET, .mark = mark};
    if (lane->fd >= 0 && generation == lane->generation)
        wire_send(lane->fd, &work, sizeof work, -1); /* it has no result */
}

struct error *lane_init(struct lane *lane, const char *const *arguments)
{
    *lane = (struct lane){.arguments = arguments, .fd = -1};
    struct error *error = silence_init(&lane->silence);
    return error ? error : start_worker(lane);
}

void lane_deinit(struct lane *lane)
{
    end_worker(lane);
    silence_deinit(&lane->silence);
    lane->is_busy = false;
    while (lane->first)
        finish(lane, NULL);
    for (unsigned i = 0; i < LANE_RECENT; i++)
        answer_release(lane->recent[i].answer);
}
