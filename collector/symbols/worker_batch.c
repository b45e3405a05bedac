/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions are numbered as they are first met and told once; locations name
 * them by number.
 */
#include "collector/symbols/worker_batch.h"
#include "collector/base/clock.h"
#include "collector/profile/profile.h"
#include "collector/symbols/demangle.h"
#include "collector/symbols/dwarf_frames.h"
#include "collector/symbols/fallback_name.h"
#include "collector/symbols/unwind_starts.h"

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

/* How long the name is of the function whose part this symbol is that a compiler put elsewhere
 * since it hardly runs: foo.cold, foo.cold.1.  0: it is no such part. */
static size_t cold_part_of(const char *name)
{
    const char *cold = strstr(name, ".cold");
    return cold && cold[5 + strspn(cold + 5, ".0123456789")] == '\0' ? (size_t)(cold - name) : 0;
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
 * names do not depend on whether there is a debug file.  Not foo.part.0; but a mangled foo.cold
 * is foo. */
static bool is_better(const struct symbol *symbol, const struct dwarf_frame *frame)
{
    if (!frame->symbol)
        return true;
    if (frame->is_mangled)
        return false;
    if (demangle_may(symbol->name) && cold_part_of(symbol->name))
        return true;
    return symbol->start == frame->entry &&
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
    if (is_outermost && symbol->name && is_better(symbol, frame)) {
        char *name = plain_symbol(symbol->name);
        if (frame->symbol && cold_part_of(name))
            name[cold_part_of(name)] = '\0';
        return name;
    }
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
