/* SPDX-License-Identifier: Apache-2.0
 *
 * Job by job, and in each module by module: opens the module's files, and has the names of the
 * module's addresses and the calls in it told.
 */
#include "collector/symbols/worker.h"
#include "collector/profile/hash.h"
#include "collector/profile/profile.h"
#include "collector/symbols/confine_calls.h"
#include "collector/symbols/debug_file.h"
#include "collector/symbols/demangle.h"
#include "collector/symbols/image_store.h"
#include "collector/symbols/job.h"
#include "collector/symbols/pipe.h"
#include "collector/symbols/worker_batch.h"
#include "collector/symbols/worker_calls.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- one module --- */

static void do_module(struct worker *worker, struct image *image)
{
    const struct symbol_task *task = worker->task;
    struct sources sources = {.module = image};
    bool is_inside = debug_file_is_inside(image);
    bool is_wanted = task->level == SYMBOL_LEVEL_DWARF && worker_go_on(worker);
    sources.has_debug = !is_inside && debug_file_open(&sources.debug, image, &worker->source);
    const struct image *dwarf = is_inside ? image : sources.has_debug ? &sources.debug : NULL;
    if (is_wanted && dwarf && image_is_packed_unknown(dwarf))
        symbol_write_number(&worker->writer, SYMBOL_PACKED, task->module);
    if (is_wanted)
        sources.dwarf = dwarf;
    worker_look_up(worker, &sources);
    worker_tell_calls(worker, &sources);
    image_close(&sources.packed);
    image_store_close(&sources.debug);
}

static void do_task(struct worker *worker)
{
    const struct symbol_task *task = worker->task;
    struct image image;
    symbol_write_number(&worker->writer, SYMBOL_MODULE, task->module);
    symbol_flush(&worker->writer);
    worker->source =
        (struct debug_source){&worker->writer, task->module, false, &worker->deadline_ms};
    if (task->level == SYMBOL_LEVEL_NONE || worker->module->path[0] != '/' ||
        !debug_file_open_module(&image, worker->module, &worker->source))
        return;
    worker_batch_init(&worker->batch, worker->job->addresses + worker->first, task->count);
    do_module(worker, &image);
    image_store_close(&image);
    worker_batch_deinit(&worker->batch);
}

static struct worker *the_worker;

/* For libdw, which opens the files of split DWARF itself. */
static int open_split_file(const char *path)
{
    struct symbol_request request = {SYMBOL_FILE_SPLIT, 0, the_worker->source.module, path,
                                     (uint32_t)strnlen(path, SYMBOL_FILE_BYTES_MAX)};
    struct image_file file;
    return symbol_ask(&the_worker->writer, &request, &file, &the_worker->deadline_ms) ==
                   SYMBOL_ANSWER_FILE
               ? file.fd
               : -1;
}

/* --- jobs --- */

/* All memory of it is given back before its end is told: who waits looks at how much is left. */
static void do_job(struct worker *worker, struct symbol_job *job, unsigned missing)
{
    worker->told = worker->done = 0;
    worker->deadline_ms = job->deadline_ms;
    worker->functions = profile_create();
    if (!worker->functions)
        worker_give_up();
    if (missing)
        symbol_write_number(&worker->writer, SYMBOL_UNCONFINED, missing);
    worker->job = job;
    worker->first = 0;
    for (uint32_t i = 0; i < job->task_count; i++) {
        worker->task = &job->tasks[i];
        worker->module = &job->modules[i];
        do_task(worker);
        worker->first += worker->task->count;
    }
    profile_destroy(worker->functions);
    symbol_job_deinit(job);
    malloc_trim(0);
    symbol_write_number(&worker->writer, SYMBOL_END, 0);
    symbol_flush(&worker->writer);
}

bool symbol_worker_is_there(void)
{
    return true;
}

void symbol_worker_run(const struct confine_options *confinement, int fd)
{
    struct symbol_job job;
    demangle_prepare();
    hash_choose_keys(); /* from here on nobody gives us random bytes */
    unsigned missing = confine(confinement, fd);
    struct worker *worker = calloc(1, sizeof(*worker));
    if (!worker)
        worker_give_up();
    worker->writer.fd = fd;
    the_worker = worker;
    confine_calls_set_opener(open_split_file);
    while (symbol_job_receive(fd, &job))
        do_job(worker, &job, missing);
    _exit(0);
}
