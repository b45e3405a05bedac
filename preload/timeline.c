/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/timeline.h"
#include "preload/process/clock.h"
#include "preload/process/state_map.h"
#include "preload/state_values.h"

#include <stdbool.h>

#define MASK_MOST 255u

PROCESS_WIDE(struct timeline, timeline);

void timeline_begin(void)
{
    for (unsigned ring = 0; ring < STATE_RINGS; ring++)
        if (!(state_map.header->features_optional & STATE_FEATURE_TIMELINE))
            atomic_store_explicit(&timeline.due_ns[ring], UINT64_MAX, memory_order_relaxed);
}

static void write_point(unsigned ring, uint64_t step, uint64_t now_ns,
                        const struct shard_totals *totals)
{
    uint32_t index = ring * STATE_RING_POINTS + (uint32_t)(step % STATE_RING_POINTS);
    struct state_point *point = state_map_record(STATE_TABLE_TIMELINE, index, sizeof *point);
    if (!point) {
        atomic_store_explicit(&timeline.due_ns[ring], UINT64_MAX, memory_order_relaxed);
        return;
    }
    uint64_t inuse = totals->freed_bytes < totals->allocated_bytes
                         ? totals->allocated_bytes - totals->freed_bytes
                         : 0;
    /* In any order, as the stamp fits these values alone. */
    atomic_store_explicit(&point->inuse_bytes, inuse, memory_order_relaxed);
    atomic_store_explicit(&point->allocated_bytes, totals->allocated_bytes, memory_order_relaxed);
    atomic_store_explicit(&point->allocated_objects, totals->allocated_objects,
                          memory_order_relaxed);
    atomic_store_explicit(
        &point->stamp,
        state_point_stamp(now_ns, inuse, totals->allocated_bytes, totals->allocated_objects),
        memory_order_relaxed);
}

/* When the point of `ring` is due; a ring of a new process begins with its first step. */
static uint64_t due_ns(unsigned ring, uint64_t step_ns, uint64_t *stored)
{
    *stored = atomic_load_explicit(&timeline.due_ns[ring], memory_order_relaxed);
    return *stored ? *stored : step_ns;
}

void timeline_write(uint64_t now_ns, const struct shard_totals *totals)
{
    uint64_t step_ns = STATE_RING_FIRST_NS, due;
    for (unsigned ring = 0; ring < STATE_RINGS; ring++, step_ns *= 10) {
        if (now_ns < due_ns(ring, step_ns, &due))
            break; /* those with longer steps are not due either, but for a moment */
        uint64_t step = now_ns / step_ns;
        if (atomic_compare_exchange_strong_explicit(&timeline.due_ns[ring], &due,
                                                    (step + 1) * step_ns, memory_order_relaxed,
                                                    memory_order_relaxed))
            write_point(ring, step, now_ns, totals);
    }
}

/* Twice as many events from one look at the clock to the next, or half as many. */
static void set_pace(bool slower)
{
    uint64_t mask = atomic_load_explicit(&timeline.mask, memory_order_relaxed);
    mask = slower ? mask << 1 | 1 : mask >> 1;
    if (mask <= MASK_MOST)
        atomic_store_explicit(&timeline.mask, mask, memory_order_relaxed);
}

void timeline_tick(void)
{
    uint64_t now_ns = clock_since_start_ns(), stored;
    uint64_t next_ns = due_ns(0, STATE_RING_FIRST_NS, &stored);
    if (now_ns < next_ns) {
        set_pace(true);
        return;
    }
    if (now_ns - next_ns >= STATE_RING_FIRST_NS)
        set_pace(false);
    struct shard_totals totals;
    shards_sum(&totals);
    timeline_write(now_ns, &totals);
}
