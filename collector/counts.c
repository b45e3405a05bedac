/* SPDX-License-Identifier: Apache-2.0
 *
 * A state may hold any numbers, so sums and differences stay at the ends of their range.
 */
#include "collector/state/counts.h"
#include "collector/counts.h"
#include "collector/state/tables.h"

#include <stdlib.h>

static bool make_room(struct counts *counts, const struct state_reader *reader)
{
    *counts = (struct counts){0};
    state_reader_sites(reader, &counts->count);
    counts->of_site = malloc(((size_t)counts->count + 1) * sizeof(*counts->of_site));
    return counts->of_site != NULL;
}

bool counts_init(struct counts *counts, const struct state_reader *reader)
{
    if (!make_room(counts, reader))
        return false;
    state_reader_counts(reader, counts->of_site);
    return true;
}

bool counts_init_at_peak(struct counts *counts, const struct state_reader *reader,
                         struct state_reader_peak *peak)
{
    return make_room(counts, reader) && state_reader_counts_at_peak(reader, counts->of_site, peak);
}

void counts_deinit(struct counts *counts)
{
    free(counts->of_site);
    *counts = (struct counts){0};
}

static int64_t to_value(uint64_t count)
{
    return count > INT64_MAX ? INT64_MAX : (int64_t)count;
}

/* What is allocated and not freed; 0 where a crafted state says that more was freed. */
static int64_t in_use(uint64_t allocated, uint64_t freed)
{
    return freed < allocated ? to_value(allocated - freed) : 0;
}

static void values_at(const struct counts *counts, uint32_t site, int64_t values[PROFILE_VALUES])
{
    static const struct state_reader_counts none;
    const struct state_reader_counts *at = site < counts->count ? &counts->of_site[site] : &none;
    values[PROFILE_ALLOC_OBJECTS] = to_value(at->allocated_objects);
    values[PROFILE_ALLOC_SPACE] = to_value(at->allocated_bytes);
    values[PROFILE_INUSE_OBJECTS] = in_use(at->allocated_objects, at->freed_objects);
    values[PROFILE_INUSE_SPACE] = in_use(at->allocated_bytes, at->freed_bytes);
}

bool counts_values(const struct counts_view *view, uint32_t site, int64_t values[PROFILE_VALUES])
{
    int64_t earlier[PROFILE_VALUES] = {0};
    bool is_shown = false;
    values_at(view->counts, site, values);
    if (view->earlier)
        values_at(view->earlier, site, earlier);
    for (unsigned i = 0; i < PROFILE_VALUES; i++) {
        values[i] -= earlier[i]; /* neither is negative: it cannot overflow */
        is_shown |= values[i] != 0;
    }
    return is_shown;
}
