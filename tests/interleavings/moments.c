/* SPDX-License-Identifier: Apache-2.0
 *
 * When threads look at the totals, and what the clock says.
 */
#include "preload/peak.h"
#include "preload/process/clock.h"
#include "tests/interleavings/world.h"

/* In small peaks every event is one at which a thread looks: cases about other things do without.
 */
bool world_looks TRACKED;
void __real_peak_look(struct counter_shard *shard);
void __wrap_peak_look(struct counter_shard *shard)
{
    if (world_looks)
        __real_peak_look(shard);
}
/* Stands still but in cases about time. */
uint64_t world_now_ns TRACKED;
uint64_t clock_monotonic_ns(void)
{
    return 1;
}
uint64_t clock_since_start_ns(void)
{
    return world_now_ns;
}
