/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions are numbered as they are first met and told once; locations name
 * them by number.
 */
#include "collector/symbols/worker.h"
#include "collector/base/clock.h"
#include "collector/profile/hash.h"
#include "collector/profile/profile.h"
#include "collector/symbols/confine_calls.h"
#include "collector/symbols/debug_file.h"
#include "collector/symbols/demangle.h"
#include "collector/symbols/dwarf_frames.h"
#include "collector/symbols/fallback_name.h"
#include "collector/symbols/image_store.h"
#include "collector/symbols/job.h"
#include "collector/symbols/pipe.h"
#include "collector/symbols/symbols.h"
#include "collector/symbols/unwind_starts.h"
#include "collector/symbols/worker_batch.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void worker_give_up(void)
{
    _exit(1);
}

/* --- telling --- */

static uint32_t intern(struct worker *worker, const char *text)
{
    uint32_t string = profile_intern_string(worker->functions, text);
    if (string == UINT32_MAX)
        worker_give_up();
    return string;
}

/* The number of a function, which is told if it is new. */
static uint32_t function_number(struct worker *worker, const char *symbol, const char *name,
                                const char *file, int64_t start_line)
{
    struct profile_function function = {
        .name = intern(worker, name ? name : ""),
        .system_name = intern(worker, symbol),
        .file = intern(worker, file),
        .start_line = start_line,
    };
    uint32_t number = profile_intern_function(worker->functions, &function);
    if (number == UINT32_MAX)
        worker_give_up();
    if (number > worker->told) {
        char *demangled = name ? NULL : demangle(symbol);
        symbol_write_function(&worker->writer,
                              name        ? name
                              : demangled ? demangled
                                          : symbol,
                              symbol, file, start_line > 0 ? (uint32_t)start_line : 0);
        free(demangled);
        worker->told = number;
    }
    return number;
}

static void tell_location(struct worker *worker, uint32_t index, const struct symbol_line *lines,
                          uint32_t count)
{
    worker->batch.is_told[index] = true;
    if (worker->batch.kept) {
        struct kept_lines *kept = &worker->batch.kept[index];
        kept->lines = malloc(((size_t)count + 1) * sizeof(*lines));
        if (!kept->lines)
            worker_give_up();
        memcpy(kept->lines, lines, count * sizeof(*lines));
        kept->count = count;
        return;
    }
    worker->done++;
    symbol_write_location(&worker->writer, worker->task->first + index, lines, count);
}

/* A symbol's name without its version: memcpy@@GLIBC_2.14.  The caller frees it. */
static char *plain_symbol(const char *name)
{
    char *copy = strndup(name, strcspn(name, "@"));
    if (!copy)
        worker_give_up();
    return copy;
}

/* --- from DWARF --- */

/* Whether a symbol is what a person would say rather than DWARF's name: a mangled
 * one, which tells more, or the public one of several (strdup, not __strdup), so that
 * names do not depend on whether there is a debug file.  Not foo.part.0. */
static bool is_better(const struct symbol *symbol, const struct dwarf_frame *frame)
{
    if (!frame->symbol)
        return true;
    return !frame->is_mangled && symbol->start == frame->entry &&
           (demangle_may(symbol->name) || !memchr(symbol->name, '.', strcspn(symbol->name, "@")));
}

/* What a function without a name is called: one name for all addresses in it.  The caller
 * frees it. */
static char *nameless(struct worker *worker, uint32_t index)
{
    uint64_t start =
        worker->batch.starts[index] ? worker->batch.starts[index] : worker->batch.addresses[index];
    char *name = symbol_fallback_name(worker->module, start);
    if (!name)
        worker_give_up();
    return name;
}

static char *symbol_of_frame(struct worker *worker, uint32_t index, bool is_outermost,
                             const struct dwarf_frame *frame)
{
    const struct symbol *symbol = &worker->batch.symbols[index];
    if (is_outermost && symbol->name && is_better(symbol, frame))
        return plain_symbol(symbol->name);
    if (!frame->symbol)
        return nameless(worker, index);
    char *copy = strdup(frame->symbol);
    if (!copy)
        worker_give_up();
    return copy;
}

static void tell_frames(void *context, uint32_t index, const struct dwarf_frame *frames,
                        uint32_t count)
{
    struct worker *worker = context;
    struct symbol_line lines[SYMBOL_PIPE_LINES_MAX];
    if (worker->batch.is_told[index])
        return;
    worker->batch.entries[index] = frames[count - 1].entry;
    for (uint32_t i = 0; i < count && i < SYMBOL_PIPE_LINES_MAX; i++) {
        char *symbol = symbol_of_frame(worker, index, i + 1 == count, &frames[i]);
        lines[i].function =
            function_number(worker, symbol, demangle_may(symbol) ? NULL : frames[i].name,
                            frames[i].file, frames[i].start_line);
        lines[i].line = frames[i].line > 0 ? (uint32_t)frames[i].line : 0;
        free(symbol);
    }
    tell_location(worker, index, lines,
                  count < SYMBOL_PIPE_LINES_MAX ? count : SYMBOL_PIPE_LINES_MAX);
}

bool worker_go_on(void *context)
{
    struct worker *worker = context;
    symbol_write_number(&worker->writer, SYMBOL_PROGRESS, worker->done);
    return worker->deadline_ms == 0 || clock_now_ms() < worker->deadline_ms;
}

/* --- from symbol tables --- */

static void tell_symbols(struct worker *worker)
{
    for (uint32_t i = 0; i < worker->batch.count; i++) {
        if (worker->batch.is_told[i] ||
            (!worker->batch.symbols[i].name && !worker->batch.starts[i]))
            continue;
        char *symbol = worker->batch.symbols[i].name ? plain_symbol(worker->batch.symbols[i].name)
                                                     : nameless(worker, i);
        struct symbol_line line = {.function = function_number(worker, symbol, NULL, "", 0)};
        free(symbol);
        tell_location(worker, i, &line, 1);
    }
}

void worker_batch_init(struct batch *batch, const uint64_t *addresses, uint32_t count)
{
    size_t room = (size_t)count + 1;
    *batch = (struct batch){
        .addresses = addresses,
        .symbols = calloc(room, sizeof(*batch->symbols)),
        .starts = calloc(room, sizeof(*batch->starts)),
        .entries = calloc(room, sizeof(*batch->entries)),
        .is_told = calloc(room, sizeof(*batch->is_told)),
        .count = count,
    };
    if (!batch->symbols || !batch->starts || !batch->entries || !batch->is_told)
        worker_give_up();
}

void worker_batch_deinit(struct batch *batch)
{
    for (uint32_t i = 0; batch->kept && i < batch->count; i++)
        free(batch->kept[i].lines);
    free(batch->kept);
    free(batch->symbols);
    free(batch->starts);
    free(batch->entries);
    free(batch->is_told);
}

void worker_look_up(struct worker *worker, struct sources *sources)
{
    struct batch *batch = &worker->batch;
    struct symbol_search search;
    if (!symbol_search_begin(&search, batch->addresses, batch->count, batch->symbols))
        worker_give_up();
    unwind_starts_find(sources->module, batch->addresses, batch->count, batch->starts);
    symbol_search_add(&search, sources->module);
    if (sources->has_debug)
        symbol_search_add(&search, &sources->debug);
    else if (sources->packed.elf)
        symbol_search_add(&search, &sources->packed);
    else if (!debug_file_is_inside(sources->module))
        symbol_search_add_packed(&search, &sources->packed, sources->module);
    symbol_search_end(&search, batch->starts);
    if (sources->dwarf) {
        struct dwarf_sink sink = {worker, tell_frames, worker_go_on};
        if (!dwarf_frames_find(sources->dwarf, &worker->source, batch->addresses, batch->starts,
                               batch->count, &sink))
            worker_give_up();
    }
    tell_symbols(worker);
}

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
