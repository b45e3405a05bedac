/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/dump/sources.h"

#include <stdlib.h>
#include <string.h>

#include "collector/roster.h"
#include "collector/roster_kin.h"
#include "tools/open.h"

/* Takes the argument over. */
static struct error *add(struct dump_sources *sources, struct argument *argument)
{
    struct dump_source source = {.argument = *argument};
    struct dump_source *items =
        realloc(sources->items, (sources->count + 1) * sizeof *sources->items);
    struct error *error = items ? NULL : error_no_memory();
    if (items)
        sources->items = items;
    if (!error)
        error = open_process(argument, &source.process);
    if (!error)
        items[sources->count++] = source;
    else
        free(argument->state);
    return error;
}

struct error *dump_sources_init(struct dump_sources *sources, struct argument *argument)
{
    sources->items = NULL;
    sources->count = 0;
    return add(sources, argument);
}

void dump_sources_deinit(struct dump_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        live_process_close(sources->items[i].process);
        counts_deinit(&sources->items[i].before);
        free(sources->items[i].argument.state);
    }
    free(sources->items);
    *sources = (struct dump_sources){.count = 0};
}

static bool is_source(const struct dump_source *source, const struct roster_entry *entry)
{
    return source->argument.kind == ARGUMENT_STATE
               ? strcmp(source->argument.state, entry->path) == 0
               : source->argument.pid == entry->process;
}

static const struct roster_entry *entry_of(const struct roster *roster,
                                           const struct dump_source *source)
{
    for (size_t i = 0; i < roster->count; i++)
        if (is_source(source, &roster->entries[i]))
            return &roster->entries[i];
    return NULL;
}

static bool is_known(const struct dump_sources *sources, const struct roster_entry *entry)
{
    for (size_t i = 0; i < sources->count; i++)
        if (is_source(&sources->items[i], entry))
            return true;
    return false;
}

/* A process that has ended since it was listed is left out. */
static struct error *add_entry(struct dump_sources *sources, const struct roster_entry *entry)
{
    bool is_seen = entry->process != 0 && !entry->is_closed;
    struct argument argument = {.text = "a descendant",
                                .kind = is_seen ? ARGUMENT_PROCESS : ARGUMENT_STATE,
                                .pid = entry->process,
                                .state = is_seen ? NULL : strdup(entry->path)};
    if (!is_seen && !argument.state)
        return error_no_memory();
    struct error *error = add(sources, &argument);
    if (error && error != error_no_memory()) {
        error_destroy(error);
        error = NULL;
    }
    return error;
}

struct error *dump_sources_add_tree(struct dump_sources *sources)
{
    struct roster roster;
    const struct roster_options options = {.stale_ns = ROSTER_STALE_NS};
    struct error *error = roster_init(&roster, &options);
    const struct roster_entry *master = error ? NULL : entry_of(&roster, &sources->items[0]);
    for (size_t i = 0; master && !error && i < roster.count; i++) {
        const struct roster_entry *entry = &roster.entries[i];
        if (!entry->fault && entry->life != ROSTER_ENDED &&
            roster_descends(&roster, entry, master) && !is_known(sources, entry))
            error = add_entry(sources, entry);
    }
    roster_deinit(&roster);
    return error;
}
