/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions are numbered as they are first met and told once; locations name
 * them by number.
 */
#include "collector/symbols/worker.h"
#include "collector/profile/profile.h"
#include "collector/symbols/confine_calls.h"
#include "collector/symbols/debug_file.h"
#include "collector/symbols/demangle.h"
#include "collector/symbols/dwarf_frames.h"
#include "collector/symbols/image_store.h"
#include "collector/symbols/job.h"
#include "collector/symbols/pipe.h"
#include "collector/symbols/symbols.h"
#include "collector/symbols/unwind_starts.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct worker {
    struct symbol_writer writer;
    /* Of the job at hand. */
    struct profile *functions; /* what was told already: an index of strings and functions */
    uint32_t told;             /* functions */
    uint32_t done;             /* locations */
    int64_t deadline_ms;       /* put off when a file is large */
    /* Of the module at hand. */
    const struct symbol_task *task;
    const struct module *module;
    struct debug_source source;
    const uint64_t *addresses;
    struct symbol *symbols;
    uint64_t *starts; /* of the functions, as unwind tables have them; 0: not known */
    bool *is_told;
};

static _Noreturn void give_up(void)
{
    _exit(1);
}

char *symbol_fallback_name(const struct module *module, uint64_t vaddr)
{
    const char *slash = strrchr(module->path, '/');
    const char *name = slash && slash[1] ? slash + 1 : module->path;
    char *text;
    size_t length = strlen(name);
    size_t suffix = strlen(" (deleted)");
    if (length > suffix && strcmp(name + length - suffix, " (deleted)") == 0)
        length -= suffix;
    int printed = asprintf(&text, "%.*s+0x%llx", length ? (int)length : 9,
                           length ? name : "[unnamed]", (unsigned long long)vaddr);
    return printed < 0 ? NULL : text;
}

/* --- telling --- */

static uint32_t intern(struct worker *worker, const char *text)
{
    uint32_t string = profile_intern_string(worker->functions, text);
    if (string == UINT32_MAX)
        give_up();
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
        give_up();
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
    worker->is_told[index] = true;
    worker->done++;
    symbol_write_location(&worker->writer, worker->task->first + index, lines, count);
}

/* A symbol's name without its version: memcpy@@GLIBC_2.14.  The caller frees it. */
static char *plain_symbol(const char *name)
{
    char *copy = strndup(name, strcspn(name, "@"));
    if (!copy)
        give_up();
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
    uint64_t start = worker->starts[index] ? worker->starts[index] : worker->addresses[index];
    char *name = symbol_fallback_name(worker->module, start);
    if (!name)
        give_up();
    return name;
}

static char *symbol_of_frame(struct worker *worker, uint32_t index, bool is_outermost,
                             const struct dwarf_frame *frame)
{
    const struct symbol *symbol = &worker->symbols[index];
    if (is_outermost && symbol->name && is_better(symbol, frame))
        return plain_symbol(symbol->name);
    if (!frame->symbol)
        return nameless(worker, index);
    char *copy = strdup(frame->symbol);
    if (!copy)
        give_up();
    return copy;
}

static void tell_frames(void *context, uint32_t index, const struct dwarf_frame *frames,
                        uint32_t count)
{
    struct worker *worker = context;
    struct symbol_line lines[SYMBOL_PIPE_LINES_MAX];
    if (worker->is_told[index])
        return;
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

static bool go_on(void *context)
{
    struct worker *worker = context;
    symbol_write_number(&worker->writer, SYMBOL_PROGRESS, worker->done);
    return worker->deadline_ms == 0 || symbol_now_ms() < worker->deadline_ms;
}

/* --- one module --- */

static void tell_symbols(struct worker *worker)
{
    for (uint32_t i = 0; i < worker->task->count; i++) {
        if (worker->is_told[i] || (!worker->symbols[i].name && !worker->starts[i]))
            continue;
        char *symbol =
            worker->symbols[i].name ? plain_symbol(worker->symbols[i].name) : nameless(worker, i);
        struct symbol_line line = {.function = function_number(worker, symbol, NULL, "", 0)};
        free(symbol);
        tell_location(worker, i, &line, 1);
    }
}

static void do_module(struct worker *worker, struct image *image)
{
    const struct symbol_task *task = worker->task;
    struct image debug = {0};
    struct image packed = {0};
    bool is_inside = debug_file_is_inside(image);
    bool is_wanted = task->level == SYMBOL_LEVEL_DWARF && go_on(worker);
    bool is_open = !is_inside && debug_file_open(&debug, image, &worker->source);
    if (is_wanted && (is_inside || is_open) && image_is_packed_unknown(is_inside ? image : &debug))
        symbol_write_number(&worker->writer, SYMBOL_PACKED, task->module);
    struct symbol_search search;
    if (!symbol_search_begin(&search, worker->addresses, task->count, worker->symbols))
        give_up();
    unwind_starts_find(image, worker->addresses, task->count, worker->starts);
    symbol_search_add(&search, image);
    if (is_open)
        symbol_search_add(&search, &debug);
    else if (!is_inside)
        symbol_search_add_packed(&search, &packed, image);
    symbol_search_end(&search, worker->starts);
    if (is_wanted && (is_inside || is_open)) {
        struct dwarf_sink sink = {worker, tell_frames, go_on};
        if (!dwarf_frames_find(is_inside ? image : &debug, &worker->source, worker->addresses,
                               worker->starts, task->count, &sink))
            give_up();
    }
    tell_symbols(worker);
    image_close(&packed);
    image_store_close(&debug);
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
    worker->symbols = calloc(task->count, sizeof(*worker->symbols));
    worker->starts = calloc(task->count, sizeof(*worker->starts));
    worker->is_told = calloc(task->count, sizeof(*worker->is_told));
    if (!worker->symbols || !worker->starts || !worker->is_told)
        give_up();
    do_module(worker, &image);
    image_store_close(&image);
    free(worker->symbols);
    free(worker->starts);
    free(worker->is_told);
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
        give_up();
    if (missing)
        symbol_write_number(&worker->writer, SYMBOL_UNCONFINED, missing);
    worker->addresses = job->addresses;
    for (uint32_t i = 0; i < job->task_count; i++) {
        worker->task = &job->tasks[i];
        worker->module = &job->modules[i];
        do_task(worker);
        worker->addresses += worker->task->count;
    }
    profile_destroy(worker->functions);
    symbol_job_deinit(job);
    malloc_trim(0);
    symbol_write_number(&worker->writer, SYMBOL_END, 0);
    symbol_flush(&worker->writer);
}

void symbol_worker_run(const struct confine_options *confinement, int fd)
{
    struct symbol_job job;
    demangle_prepare();
    unsigned missing = confine(confinement, fd);
    struct worker *worker = calloc(1, sizeof(*worker));
    if (!worker)
        give_up();
    worker->writer.fd = fd;
    the_worker = worker;
    confine_calls_set_opener(open_split_file);
    while (symbol_job_receive(fd, &job))
        do_job(worker, &job, missing);
    _exit(0);
}
