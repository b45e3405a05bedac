/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker's second pass over a module: what is called from its locations.
 */
#include "collector/symbols/worker_calls.h"
#include "collector/symbols/branches.h"
#include "collector/symbols/chains.h"
#include "collector/symbols/dwarf_units.h"

#include <stdlib.h>

/* How the collector calls an address of the task. */
static uint32_t number_of(const struct worker *worker, uint32_t index)
{
    return worker->task->first + index;
}

/* Of the addresses of the task. */
struct calls_told {
    uint64_t *entries, *targets;
    bool *is_searched;
};

/* What is known of the calls without debug information of them. */
static void note_calls(const struct worker *worker, const struct branches *branches,
                       struct calls_told *told)
{
    const struct batch *batch = &worker->batch;
    for (uint32_t i = 0; i < batch->count; i++) {
        told->targets[i] = branches_called(branches, batch->addresses[i] + 1);
        told->entries[i] = batch->entries[i]        ? batch->entries[i]
                           : batch->starts[i]       ? batch->starts[i]
                           : batch->symbols[i].name ? batch->symbols[i].start
                                                    : 0;
    }
}

/* Whether a frame that stacks have next is another function than the one that is called. */
static bool is_other(const struct worker *worker, const struct calls_told *told, uint32_t i,
                     const struct symbol_callee *callee)
{
    if (callee->address == 0)
        return true;
    if (callee->is_entry)
        return callee->address != told->targets[i];
    uint32_t at =
        dwarf_units_lower_bound(worker->batch.addresses, worker->batch.count, callee->address);
    return at == worker->batch.count || worker->batch.addresses[at] != callee->address ||
           told->entries[at] != told->targets[i];
}

/* Marks those calls that lead to another function than the next frame's. */
static void mark_wanted(const struct worker *worker, struct calls_told *told)
{
    const struct symbol_job *job = worker->job;
    uint32_t low = 0, high = job->callee_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (job->callees[middle].caller < worker->first)
            low = middle + 1;
        else
            high = middle;
    }
    for (;
         low < job->callee_count && job->callees[low].caller - worker->first < worker->batch.count;
         low++) {
        uint32_t i = job->callees[low].caller - worker->first;
        if (told->targets[i] != 0 && !told->is_searched[i])
            told->is_searched[i] = is_other(worker, told, i, &job->callees[low]);
    }
}

/* The lines of a chain, the innermost first; 0: not all of its functions are known. */
static uint32_t lines_of_chain(const struct worker *worker, const struct chains *chains,
                               const struct chain *chain,
                               struct symbol_line lines[static SYMBOL_PIPE_LINES_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = chain->step_count; i-- > 0;) {
        const struct tail_step *step = &chains->steps[chain->step_first + i];
        const struct kept_lines *kept = &worker->batch.kept[chains_place(chains, step)];
        uint32_t first = step->is_exact || kept->count == 0 ? 0 : kept->count - 1;
        if (kept->count == 0 || count + kept->count - first > SYMBOL_PIPE_LINES_MAX)
            return 0;
        for (uint32_t k = first; k < kept->count; k++) {
            lines[count] = kept->lines[k];
            lines[count].line = step->is_exact ? lines[count].line : 0;
            count++;
        }
    }
    return count;
}

/* `callers` are the positions in the batch of the query's addresses. */
static void tell_chains(struct worker *worker, struct sources *sources, struct tail_query *query,
                        const uint32_t *callers)
{
    struct chains chains;
    if (!chains_find(&chains, query))
        worker_give_up();
    struct batch locations = worker->batch;
    worker_batch_init(&worker->batch, chains.places, chains.place_count);
    worker->batch.kept = calloc((size_t)chains.place_count + 1, sizeof(*worker->batch.kept));
    if (!worker->batch.kept)
        worker_give_up();
    if (chains.place_count > 0)
        worker_look_up(worker, sources);
    for (uint32_t i = 0; i < chains.count; i++) {
        const struct chain *chain = &chains.items[i];
        struct symbol_line lines[SYMBOL_PIPE_LINES_MAX];
        uint32_t count = lines_of_chain(worker, &chains, chain, lines);
        if (count > 0)
            symbol_write_chain(&worker->writer, number_of(worker, callers[chain->caller]),
                               chain->entry, chain->symbol ? chain->symbol : "", lines, count);
    }
    worker_batch_deinit(&worker->batch);
    worker->batch = locations;
    chains_deinit(&chains);
}

static void search_chains(struct worker *worker, struct sources *sources,
                          const struct branches *branches, const struct calls_told *told)
{
    const struct batch *batch = &worker->batch;
    uint32_t *callers = malloc(((size_t)batch->count + 1) * sizeof(*callers)), count = 0;
    uint64_t *addresses = malloc(((size_t)batch->count + 1) * 2 * sizeof(*addresses));
    if (!callers || !addresses)
        worker_give_up();
    uint64_t *targets = addresses + batch->count + 1;
    for (uint32_t i = 0; i < batch->count; i++) {
        if (!told->is_searched[i])
            continue;
        callers[count] = i;
        addresses[count] = batch->addresses[i];
        targets[count++] = told->targets[i];
    }
    struct tail_query query = {
        .branches = branches,
        .module = sources->module,
        .debug = sources->dwarf,
        .source = &worker->source,
        .addresses = addresses,
        .targets = targets,
        .count = count,
        .go_on = worker_go_on,
        .context = worker,
    };
    if (count > 0 && sources->dwarf)
        tell_chains(worker, sources, &query, callers);
    free(callers);
    free(addresses);
}

void worker_tell_calls(struct worker *worker, struct sources *sources)
{
    const struct batch *batch = &worker->batch;
    struct branches branches;
    struct calls_told told = {
        .entries = calloc((size_t)batch->count + 1, sizeof(*told.entries)),
        .targets = calloc((size_t)batch->count + 1, sizeof(*told.targets)),
        .is_searched = calloc((size_t)batch->count + 1, sizeof(*told.is_searched)),
    };
    if (!told.entries || !told.targets || !told.is_searched ||
        !branches_init(&branches, sources->module))
        worker_give_up();
    note_calls(worker, &branches, &told);
    mark_wanted(worker, &told);
    search_chains(worker, sources, &branches, &told);
    for (uint32_t i = 0; i < batch->count; i++) {
        const struct symbol *symbol = &batch->symbols[i];
        bool is_global = symbol->name && symbol->is_global && symbol->start == told.entries[i];
        symbol_write_call(&worker->writer, number_of(worker, i), told.entries[i], told.targets[i],
                          (is_global ? SYMBOL_CALL_GLOBAL : 0) |
                              (told.is_searched[i] ? SYMBOL_CALL_SEARCHED : 0));
    }
    branches_deinit(&branches);
    free(told.entries);
    free(told.targets);
    free(told.is_searched);
}
