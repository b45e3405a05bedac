/* SPDX-License-Identifier: Apache-2.0
 *
 * What is published, with memory as arm64 has it: stores of one thread that another sees in
 * another order, and loads that give older values.  Each case is as small as it can be, as every
 * store is a choice of its own.
 */
#include "collector/state/tables.h"
#include "preload/count.h"
#include "preload/counters.h"
#include "preload/process/prepare.h"
#include "preload/process/process.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "preload/timeline.h"
#include "tests/interleavings/cases.h"

#include <string.h>

/* Warm, and nothing is live. */
static void shard_of_mine(void)
{
    world_allocate(WORLD_BLOCK(7), PC_ONE);
    world_release(WORLD_BLOCK(7));
}
static void watch_state(void)
{
    world_open(state_map.header, state_map.header->state_bytes);
}

/* --- counters: what is seen freed is seen allocated --- */

static uint32_t passed TRACKED;

static void allocate(void)
{
    world_allocate(WORLD_BLOCK(1), PC_ONE);
    explore_tell(&passed);
}
static void release(void)
{
    explore_wait(&passed);
    world_release(WORLD_BLOCK(1));
}
static void read_sums(void)
{
    struct world_sums sums = world_read();
    EXPLORE_CHECK(sums.freed_objects <= sums.allocated_objects);
    EXPLORE_CHECK(sums.freed_bytes <= sums.allocated_bytes);
}
static void check_sums_at_end(bool at_end)
{
    if (at_end)
        world_check_kill(true);
}
static void case_counts(void)
{
    explore_thread(allocate, shard_of_mine, NULL);
    explore_thread(release, shard_of_mine, NULL);
    watch_state();
    explore_thread(read_sums, NULL, NULL);
}

static void live_and_die(void)
{
    world_allocate(WORLD_BLOCK(1), PC_ONE);
    world_release(WORLD_BLOCK(1));
}
static void read_sums_twice(void)
{
    struct world_sums first = world_read(), second = world_read();
    EXPLORE_CHECK(first.freed_objects <= first.allocated_objects);
    EXPLORE_CHECK(first.freed_bytes <= first.allocated_bytes);
    EXPLORE_CHECK(first.allocated_objects <= second.allocated_objects);
    EXPLORE_CHECK(first.allocated_bytes <= second.allocated_bytes);
}
static void case_one_owner(void)
{
    explore_thread(live_and_die, shard_of_mine, NULL);
    watch_state();
    explore_thread(read_sums_twice, NULL, NULL);
}

/* --- totals: the same, of the shards' own, by threads that look --- */

static void sum_totals(void)
{
    struct shard_totals totals;
    shards_sum(&totals);
    EXPLORE_CHECK(totals.freed_bytes <= totals.allocated_bytes);
}
/* The thread's shard is made meanwhile. */
static void case_totals(void)
{
    shard_of_mine();
    memset(&thread, 0, sizeof thread);
    explore_thread(live_and_die, NULL, NULL);
    explore_thread(sum_totals, NULL, NULL);
}

/* --- sites and nodes --- */

static void meet_two(void)
{
    world_allocate(WORLD_BLOCK(1), PC_TWO);
}
static const struct state_site *site_at(uint32_t site)
{
    uint32_t per_chunk = state_map.header->chunk_bytes / (uint32_t)sizeof(struct state_site);
    return (const struct state_site *)state_map_chunk(STATE_TABLE_SITES, site / per_chunk) +
           site % per_chunk;
}
/* A site that is there has its class and its stack. */
static void read_sites(void)
{
    for (uint32_t n = 3; n < 5; n++) {
        const struct state_site *site = site_at(n);
        uint32_t node = atomic_load_explicit(&site->node, memory_order_acquire);
        struct state_reader_node copy;
        if (node == 0)
            continue;
        EXPLORE_CHECK(site->size_class == WORLD_SIZE);
        EXPLORE_CHECK(world_read_node(node, &copy));
        EXPLORE_CHECK(copy.pc == PC_TWO || copy.pc == PC_THREE);
    }
}
static void case_site(void)
{
    explore_thread(meet_two, shard_of_mine, NULL);
    watch_state();
    explore_thread(read_sites, NULL, NULL);
}
/* The second thread's node is in the chunk that the first one takes. */
static void append_node(void)
{
    state_map_append(STATE_TABLE_NODES, sizeof(struct state_node));
}
static _Atomic uint32_t published TRACKED;
static void publish_node(void)
{
    uint64_t offset = state_map_append(STATE_TABLE_NODES, sizeof(struct state_node));
    struct state_node *node = (struct state_node *)((char *)state_map.header + offset);
    node->parent = 7;
    atomic_store_explicit(&node->pc, PC_TWO, memory_order_release);
    atomic_store_explicit(&published, (uint32_t)(offset / STATE_NODE_UNIT), memory_order_release);
}
static void read_published(void)
{
    uint32_t node = atomic_load_explicit(&published, memory_order_acquire);
    struct state_reader_node copy;
    EXPLORE_CHECK(node == 0 ||
                  (world_read_node(node, &copy) && copy.parent == 7 && copy.pc == PC_TWO));
}
static void case_append(void)
{
    state_map.cursor[STATE_TABLE_NODES] = 0;
    watch_state();
    explore_thread(append_node, NULL, NULL);
    explore_thread(publish_node, NULL, NULL);
    explore_thread(read_published, NULL, NULL);
}
/* Counters in a chunk that another thread takes have their own record of PEAKS. */
static struct state_counters *made[2] TRACKED;
static void make_counters_one(void)
{
    made[0] = counters_of(shards.all[1], 9);
}
static void make_counters_two(void)
{
    made[1] = counters_of(shards.all[2], 9);
    atomic_store_explicit(&made[1]->allocated_objects, 5, memory_order_release);
    saved_save(made[1], 1);
}
static void check_saved(bool at_end)
{
    EXPLORE_CHECK(!at_end || (made[0] && made[1] && made[0] != made[1]));
    EXPLORE_CHECK(!at_end || world_saved_objects(made[1]) == 5);
}
static void case_counters_chunk(void)
{
    explore_thread(make_counters_one, shard_of_mine, NULL);
    explore_thread(make_counters_two, shard_of_mine, NULL);
    state_map.cursor[STATE_TABLE_COUNTERS] = 0;
    watch_state();
}

/* --- epochs --- */

static void raise_epoch(void)
{
    atomic_fetch_add_explicit(&state_map.header->peak.epoch_level, 1, memory_order_acq_rel);
}
/* The part of an event that the epoch is about: by the owner, and in the shared shard. */
static struct state_counters *of_owner TRACKED, *of_all TRACKED;
static void count_of_owner(void)
{
    count_enter_epoch(&state_map.header->peak, of_owner);
    count_add(&of_owner->allocated_objects, 1);
    count_add(&of_owner->allocated_bytes, WORLD_SIZE);
}
static void count_of_owner_twice(void)
{
    count_of_owner();
    count_of_owner();
}
static void add(_Atomic uint64_t *counter, uint64_t amount)
{
    atomic_fetch_add_explicit(counter, amount, memory_order_release);
}
static void count_of_all(void)
{
    saved_save_shared(of_all);
    add(&of_all->allocated_bytes, WORLD_SIZE);
}

/* What a reader finds of site one when it says that it is exact. */
static struct world_sums at_peak;
static bool read_exact(bool at_end)
{
    struct world_peak peak =
        at_end ? world_peak_collected(state_map.header, state_map.header->state_bytes)
               : world_read_peak();
    EXPLORE_CHECK(!peak.is_now && (!at_end || peak.is_exact));
    at_peak = peak.site[WORLD_SITE(PC_ONE)];
    return peak.is_exact;
}
/* One block was there when the epoch began. */
static void read_one(void)
{
    if (read_exact(false))
        EXPLORE_CHECK(at_peak.allocated_objects == 1 && at_peak.allocated_bytes == WORLD_SIZE);
}
static void check_one(bool at_end)
{
    if (at_end && read_exact(true))
        EXPLORE_CHECK(at_peak.allocated_objects == 1 && at_peak.allocated_bytes == WORLD_SIZE);
}
/* An epoch begins meanwhile: what is there then is the same for objects and bytes. */
static void check_whole(bool at_end)
{
    if (at_end && read_exact(true))
        EXPLORE_CHECK(at_peak.allocated_bytes == at_peak.allocated_objects * WORLD_SIZE);
}

static void have_a_past(void)
{
    world_allocate(WORLD_BLOCK(5), PC_ONE);
    of_owner = counters_of(thread.context->shard, 2);
    raise_epoch();
}
static void case_epoch(void)
{
    explore_thread(count_of_owner_twice, have_a_past, NULL);
    watch_state();
    explore_thread(read_one, NULL, NULL);
}
static void case_new_epoch(void)
{
    explore_thread(count_of_owner_twice, have_a_past, NULL);
    explore_thread(raise_epoch, NULL, NULL);
    watch_state();
}

#define NEVER_ASKS (3u << 30)
static void have_a_shared_past(void)
{
    thread.refusals = NEVER_ASKS;
    world_allocate(WORLD_BLOCK(5), PC_ONE);
    memset(&thread, 0, sizeof thread);
    of_all = counters_of(shard_shared(), 2);
    raise_epoch();
    watch_state();
}
static void case_savers(void)
{
    have_a_shared_past();
    explore_thread(count_of_all, NULL, NULL);
    explore_thread(count_of_all, NULL, NULL);
}
static void case_shared_epoch(void)
{
    have_a_shared_past();
    explore_thread(count_of_all, NULL, NULL);
    explore_thread(read_one, NULL, NULL);
}

/* --- the timeline --- */

static const struct shard_totals sooner = {1000, 10, 400}, later = {5000, 50, 3000};
static void write_sooner(void)
{
    timeline_write(STATE_RING_FIRST_NS, &sooner);
}
static void write_later(void)
{
    timeline_write(STATE_RING_FIRST_NS * (STATE_RING_POINTS + 1), &later);
}
static void read_ring(void)
{
    struct world_point points[WORLD_POINTS];
    unsigned count = world_read_ring(0, points);
    for (unsigned i = 0; i < count; i++)
        EXPLORE_CHECK(
            (points[i].allocated_bytes == 1000 && points[i].allocated_objects == 10 &&
             points[i].inuse_bytes == 600 && points[i].since_start_ns < STATE_RING_FIRST_NS * 2) ||
            (points[i].allocated_bytes == 5000 && points[i].allocated_objects == 50 &&
             points[i].inuse_bytes == 2000 && points[i].since_start_ns > STATE_RING_FIRST_NS * 2));
}
static void keep_ring(void)
{
    memset(&timeline, 0, sizeof timeline);
    state_map.header->features_optional |= STATE_FEATURE_TIMELINE;
    for (unsigned ring = 1; ring < STATE_RINGS; ring++)
        timeline.due_ns[ring] = UINT64_MAX;
    state_map_record(STATE_TABLE_TIMELINE, 0, sizeof(struct state_point));
    watch_state();
}
static void case_ring(void)
{
    keep_ring();
    write_sooner();
    explore_thread(write_later, NULL, NULL);
    explore_thread(read_ring, NULL, NULL);
}
/* Two write one place; who reads later finds a whole point, or none. */
static void check_ring(bool at_end)
{
    if (at_end)
        read_ring();
}
static void case_ring_twice(void)
{
    keep_ring();
    explore_thread(write_sooner, NULL, NULL);
    explore_thread(write_later, NULL, NULL);
}

/* --- the start --- */

static const struct state_header *volatile made_header;
static void begin_recording(void)
{
    EXPLORE_CHECK(process_prepare());
}
static void read_header(void)
{
    const struct state_header *h = made_header;
    if (atomic_load_explicit(&h->magic, memory_order_acquire) != STATE_MAGIC)
        return;
    EXPLORE_CHECK(h->version == STATE_VERSION && h->interval_bytes == 1 && h->pid != 0);
    EXPLORE_CHECK(h->exe != 0 && h->directory_count == STATE_TABLE_COUNT - 1);
    const struct state_string *exe = (const struct state_string *)((const char *)h + h->exe);
    EXPLORE_CHECK(exe->length == 5);
}
static void case_header(void)
{
    made_header = world_next_state();
    explore_thread(begin_recording, NULL, NULL);
    explore_thread(read_header, NULL, NULL);
}

const struct explored_case cases_weak[] = {
    {"counts", case_counts, check_sums_at_end, NULL},
    {"one-owner", case_one_owner, check_sums_at_end, NULL},
    {"totals", case_totals, check_sums_at_end, NULL},
    {"site", case_site, check_sums_at_end, NULL},
    {"append", case_append, NULL, NULL},
    {"counters-chunk", case_counters_chunk, check_saved, NULL},
    {"epoch", case_epoch, check_one, NULL},
    {"new-epoch", case_new_epoch, check_whole, NULL},
    {"savers", case_savers, check_one, NULL},
    {"shared-epoch", case_shared_epoch, check_one, NULL},
    {"ring", case_ring, NULL, NULL},
    {"ring-twice", case_ring_twice, check_ring, NULL},
    {"header", case_header, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
const struct explored_case *const cases_all[] = {cases_weak, cases_weak_tables, cases_rules, NULL};
