/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/gather.h"

#include <stdbool.h>
#include <string.h>

#include "collector/collect.h"
#include "tools/cli.h"
#include "tools/progress.h"

#define WAITING_MOST  64
#define WAITING_BYTES (UINT64_C(256) << 20)
#define LOOKS_SKIPPED 8 /* two seconds: to find out who is alive is costly */

static bool is_over(const struct state_count *waiting)
{
    return waiting->states > WAITING_MOST || waiting->disk_bytes > WAITING_BYTES;
}

static bool is_of_run(const struct gathering *gathering, const struct state_entry *entry)
{
    return entry->is_valid && entry->run_id == gathering->log->run_id;
}

enum round { WHILE_IT_RUNS, AT_THE_END, LAST };

/* Makes the profile of one state; false: the state stays.  Prints nothing while the program runs,
 * whose terminal it is then; what failed is tried again, and the last round says what still
 * fails. */
static bool collect_one(struct gathering *gathering, const struct state_entry *entry,
                        enum round round)
{
    struct progress progress;
    bool is_program =
        entry->flags & STATE_IS_FIRST && entry->start_ns >= gathering->program_start_ns;
    struct collect_options options = {.out = gathering->out,
                                      .with_peak = gathering->with_peak,
                                      .run_began_ns = gathering->log->began_ns,
                                      .ended_ns = is_program ? gathering->program_end_ns : 0,
                                      .workers = gathering->workers,
                                      .progress = round == WHILE_IT_RUNS ? NULL : progress_step,
                                      .progress_context = &progress};
    struct collect_result result;
    progress_begin(&progress, "reading debug information");
    struct error *error = collect_entry(entry, &options, &result);
    progress_end(&progress);
    if (error && round == LAST) {
        cli_complain(gathering->command, "%s; the state is kept, try 'memprof collect %s'",
                     error_message(error), entry->path);
        gathering->kept++;
    }
    if (!error && result.warning &&
        round != WHILE_IT_RUNS) /* the profile's comments have it, too */
        cli_complain(gathering->command, "%s: %s", result.path, result.warning);
    bool is_done = error == NULL;
    error_destroy(error);
    collect_result_deinit(&result);
    return is_done;
}

/* --- while the program runs --- */

/* Leaves the states of the program itself until its end, since the profile of its last image gets
 * the program's name. */
static void collect_backlog(struct gathering *gathering, struct state_list *states)
{
    struct state_count waiting = {0};
    bool is_smaller = false;
    for (size_t i = 0; i < states->count; i++)
        if (is_of_run(gathering, &states->entries[i]) && !states->entries[i].is_live) {
            waiting.states++;
            waiting.disk_bytes += states->entries[i].disk_bytes;
        }
    for (size_t i = 0; i < states->count && is_over(&waiting); i++) {
        const struct state_entry *entry = &states->entries[i];
        if (!is_of_run(gathering, entry) || entry->is_live || entry->flags & STATE_IS_FIRST)
            continue;
        bool is_wanted = entry->samples && selection_takes(gathering->selection, entry);
        if (is_wanted ? collect_one(gathering, entry, WHILE_IT_RUNS) : state_entry_remove(entry)) {
            waiting.states--;
            waiting.disk_bytes -= entry->disk_bytes;
            is_smaller = true;
        }
    }
    if (!is_smaller)
        gathering->looks_to_skip = LOOKS_SKIPPED;
}

void gather_waiting(void *context)
{
    struct gathering *gathering = context;
    struct state_count all = state_count_in(gathering->log->directory_fd);
    struct state_list states;
    if (!is_over(&all) || (gathering->looks_to_skip && gathering->looks_to_skip--))
        return;
    struct error *error = state_list_init(&states, NULL);
    if (!error)
        collect_backlog(gathering, &states);
    error_destroy(error);
    state_list_deinit(&states);
}

/* --- at the end --- */

/* A state without samples gives a file only if it is that of the program's last image. */
static bool is_worth_collecting(const struct gathering *gathering, const struct state_entry *entry)
{
    return entry->samples ||
           (entry->flags & STATE_IS_FIRST && entry->start_ns >= gathering->program_start_ns);
}

static void note_program(struct gathering *gathering, const struct state_list *states)
{
    gathering->running = 0;
    for (size_t i = 0; i < states->count; i++) {
        const struct state_entry *entry = &states->entries[i];
        if (!is_of_run(gathering, entry))
            continue;
        gathering->running += entry->is_live;
        if (entry->flags & STATE_IS_FIRST && entry->start_ns > gathering->program_start_ns)
            gathering->program_start_ns = entry->start_ns;
    }
}

/* Newest first: the program's last image is its profile, earlier ones are extras. */
struct error *gather_rest(struct gathering *gathering, bool is_last)
{
    struct state_list states;
    struct error *error = state_list_init(&states, NULL);
    if (!error)
        note_program(gathering, &states);
    for (size_t i = states.count; !error && i-- > 0;) {
        const struct state_entry *entry = &states.entries[i];
        if (!is_of_run(gathering, entry) || entry->is_live)
            continue;
        if (is_worth_collecting(gathering, entry) && selection_takes(gathering->selection, entry))
            collect_one(gathering, entry, is_last ? LAST : AT_THE_END);
        else
            state_entry_remove(entry);
    }
    state_list_deinit(&states);
    return error;
}
