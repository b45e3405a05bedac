/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/take_memstats.h"

#include "collector/base/budget.h"
#include "collector/counts.h"
#include "collector/state/header.h"
#include "collector/state/names.h"
#include "collector/state/reader.h"
#include "collector/state/tables.h"

/* False: no memory. */
static bool add_sites(struct memstats *stats, const struct state_reader *reader)
{
    struct counts counts;
    uint32_t count;
    const struct state_reader_site *sites = state_reader_sites(reader, &count);
    bool has_memory = counts_init(&counts, reader);
    const struct counts_view view = {.counts = &counts};
    for (uint32_t i = 0; has_memory && i < count; i++) {
        int64_t values[PROFILE_VALUES];
        if (counts_values(&view, i, values))
            has_memory = memstats_add(stats, state_label_bytes(sites[i].size_class), values);
    }
    counts_deinit(&counts);
    memstats_finish(stats);
    return has_memory;
}

struct error *memstats_of_state(struct memstats *stats, int fd, const char *name)
{
    struct state_reader *reader;
    memstats_init(stats, 1, 1, false);
    budget_begin(budget_stored_bytes(fd));
    struct error *error = state_reader_create(fd, name, &reader);
    if (!error) {
        const struct state_info *info = state_reader_info(reader);
        memstats_init(stats, (double)info->interval_bytes, (double)info->threads, false);
        if (!add_sites(stats, reader))
            error = budget_error("cannot read the state: %s", name);
        if (!error && state_reader_is_broken(reader))
            error = error_create(
                "cannot read the state: %s: the file was truncated while it was read", name);
        state_reader_destroy(reader);
    }
    budget_end();
    return error;
}
