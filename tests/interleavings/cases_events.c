/* SPDX-License-Identifier: Apache-2.0
 *
 * Events: of threads that know the site and of such that do not, with a reader, with
 * addresses that are used again, in shards that change owners.
 */
#include "preload/context.h"
#include "preload/counters.h"
#include "preload/live.h"
#include "preload/process/prepare.h"
#include "preload/process/process.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "tests/interleavings/cases.h"

#include <string.h>

/* Where a pointer is handed on, and what the allocator has to give. */
static uint32_t passed[4] TRACKED, available[4] TRACKED;

/* A whole life of a block. */
void live_and_die_one(void)
{
    world_allocate(WORLD_BLOCK(1), PC_ONE);
    world_release(WORLD_BLOCK(1));
}
void live_and_die_two(void)
{
    world_allocate(WORLD_BLOCK(2), PC_ONE);
    world_release(WORLD_BLOCK(2));
}

/* Makes a thread one that has recorded before: it has a context and knows the site. */
void warm(void)
{
    live_and_die_one();
}

static void case_usual_event(void)
{
    explore_thread(live_and_die_one, warm, NULL);
    explore_thread(live_and_die_two, warm, NULL);
}

/* Stacks seen for the first time: the same one by both threads, or one each. */
static void meet_two_one(void)
{
    world_allocate(WORLD_BLOCK(1), PC_TWO);
}
static void meet_two_two(void)
{
    world_allocate(WORLD_BLOCK(2), PC_TWO);
}
static void meet_three(void)
{
    world_allocate(WORLD_BLOCK(2), PC_THREE);
}
static void case_new_site(void)
{
    explore_thread(meet_two_one, warm, NULL);
    explore_thread(meet_two_two, warm, NULL);
}
static void case_new_sites(void)
{
    explore_thread(meet_two_one, warm, NULL);
    explore_thread(meet_three, warm, NULL);
}
static uintptr_t pc_of(void *block)
{
    struct live_record record, stale;
    EXPLORE_CHECK(live_take(block, &record));
    live_insert(block, &record, &stale);
    const struct state_site *site = state_map_record(STATE_TABLE_SITES, record.site, sizeof *site);
    const char *state = (const char *)state_map.header;
    return ((const struct state_node *)(state + (uint64_t)site->node * STATE_NODE_UNIT))->pc;
}
static void check_sites(bool at_end)
{
    world_check_kill(at_end);
    if (at_end)
        EXPLORE_CHECK(pc_of(WORLD_BLOCK(1)) == PC_TWO && pc_of(WORLD_BLOCK(2)) == PC_THREE);
}

/* --- the state is made by whoever comes first --- */

void prepare(void)
{
    EXPLORE_CHECK(process_prepare());
    EXPLORE_CHECK(process_ready() && shard_shared());
}
void check_start(bool at_end)
{
    const struct state_header *h = state_map.header;
    if (h && h->magic == STATE_MAGIC)
        world_check_published(h, h->state_bytes);
    if (at_end)
        EXPLORE_CHECK(h->magic == STATE_MAGIC && h->sites_used == 2);
}
static void case_start(void)
{
    world_wipe_process();
    explore_thread(prepare, NULL, NULL);
    explore_thread(prepare, NULL, NULL);
}

/* --- a reader --- */

static void allocate_and_pass(void)
{
    world_allocate(WORLD_BLOCK(1), PC_ONE);
    explore_tell(&passed[1]);
}
static void free_what_is_passed(void)
{
    explore_wait(&passed[1]);
    world_release(WORLD_BLOCK(1));
}
static void read_once(void)
{
    uint64_t done = world_counts.allocs_done;
    struct world_sums sums = world_read();
    EXPLORE_CHECK(sums.freed_objects <= sums.allocated_objects);
    EXPLORE_CHECK(sums.freed_bytes <= sums.allocated_bytes);
    EXPLORE_CHECK(sums.allocated_objects >= done);
    EXPLORE_CHECK(sums.allocated_objects <= world_counts.allocs_begun);
}
static void case_reader(void)
{
    explore_thread(allocate_and_pass, warm, NULL);
    explore_thread(free_what_is_passed, warm, NULL);
    world_open(state_map.header, state_map.header->state_bytes);
    explore_thread(read_once, NULL, NULL);
}

static void alternate(void)
{
    world_allocate(WORLD_BLOCK(1), PC_ONE);
    world_release(WORLD_BLOCK(1));
    world_allocate(WORLD_BLOCK(2), PC_TWO);
}
static void read_twice(void)
{
    struct world_sums first = world_read(), second = world_read();
    EXPLORE_CHECK(first.freed_objects <= first.allocated_objects);
    EXPLORE_CHECK(second.freed_bytes <= second.allocated_bytes);
    EXPLORE_CHECK(first.allocated_objects <= second.allocated_objects);
    EXPLORE_CHECK(first.allocated_bytes <= second.allocated_bytes);
}
static void case_reader_twice(void)
{
    explore_thread(alternate, warm, NULL);
    world_allocate(WORLD_BLOCK(3), PC_TWO); /* a site that the reader knows from the start */
    world_release(WORLD_BLOCK(3));
    memset(&thread, 0, sizeof thread);
    world_open(state_map.header, state_map.header->state_bytes);
    explore_thread(read_twice, NULL, NULL);
}

/* --- a free racing the reuse of its address --- */

static void allocate_passed_address(void)
{
    explore_wait(&available[1]);
    available[1] = 0;
    world_allocate(WORLD_BLOCK(1), PC_TWO);
}
/* Stands where the search for block 1 begins, so that what is entered after it is gone
 * comes before what was entered while it was there. */
#define NEIGHBOUR ((void *)((char *)WORLD_BLOCK(1) + 8))

static void free_for_reuse(void)
{
    explore_wait(&passed[1]);
    world_release(NEIGHBOUR);
    world_release(WORLD_BLOCK(1));
    explore_tell(&available[1]);
}
/* What is live is what was allocated last. */
static void check_reuse(bool at_end)
{
    world_check_kill(at_end);
    if (at_end)
        EXPLORE_CHECK(pc_of(WORLD_BLOCK(1)) == PC_TWO);
}
static void case_reuse(void)
{
    world_allocate(NEIGHBOUR, PC_ONE);
    memset(&thread, 0, sizeof thread);
    explore_thread(allocate_and_pass, warm, NULL);
    explore_thread(free_for_reuse, warm, NULL);
    explore_thread(allocate_passed_address, warm, NULL);
}

/* --- a shard changing its owner --- */

static uint32_t holders[8] TRACKED;

static void record_and_leave(void *block)
{
    world_allocate(block, PC_ONE);
    uint32_t *mine = &holders[thread.context->shard->index];
    EXPLORE_CHECK(++*mine == 1);
    explore_step();
    --*mine;
    world_thread_ends();
}
static void record_and_leave_one(void)
{
    record_and_leave(WORLD_BLOCK(1));
}
static void record_and_leave_two(void)
{
    record_and_leave(WORLD_BLOCK(2));
}
static unsigned owned_before;
static void check_owners(bool at_end)
{
    world_check_kill(at_end);
    EXPLORE_CHECK(state_map.header->shards_used <= 4);
    unsigned owned = 0;
    for (unsigned i = 1; i < state_map.header->shards_used; i++)
        owned += shards.all[i] && shards.all[i]->record->owner != 0 &&
                 !thread_is_gone(shards.all[i]->record->owner);
    EXPLORE_CHECK(!at_end || owned == owned_before);
}
static void case_owners(void)
{
    explore_thread(record_and_leave_one, NULL, NULL);
    explore_thread(record_and_leave_two, NULL, NULL);
}
/* The stack and the site are known; the shards are not there yet. */
static void case_new_owners(void)
{
    warm();
    owned_before = 1;
    memset(&thread, 0, sizeof thread);
    case_owners();
}
void leave_one_behind(void)
{
    world_allocate(WORLD_BLOCK(3), PC_ONE);
    world_thread_ends();
}
static void case_next_owner(void)
{
    leave_one_behind();
    case_owners();
}

/* --- threads that find no shard of their own, past 64 --- */

#define NEVER_ASKS (3u << 30)

static void leave_and_live_one(void)
{
    thread.refusals = NEVER_ASKS;
    live_and_die_one();
}
static void leave_and_live_two(void)
{
    thread.refusals = NEVER_ASKS;
    world_allocate(WORLD_BLOCK(2), PC_TWO);
}
static void case_shared(void)
{
    leave_one_behind();
    thread.refusals = NEVER_ASKS;
    live_and_die_one(); /* there is one context to borrow */
    world_allocate(WORLD_BLOCK(4), PC_TWO);
    world_release(WORLD_BLOCK(4));
    thread.refusals = 0;
    explore_thread(leave_and_live_one, NULL, NULL);
    explore_thread(leave_and_live_two, NULL, NULL);
}

const struct explored_case cases_events[] = {
    {"usual-event", case_usual_event, world_check_kill, NULL},
    {"new-site", case_new_site, world_check_kill, NULL},
    {"new-sites", case_new_sites, check_sites, NULL},
    {"start", case_start, check_start, NULL},
    {"reader", case_reader, world_check_kill, NULL},
    {"reader-twice", case_reader_twice, world_check_kill, NULL},
    {"reuse", case_reuse, check_reuse, NULL},
    {"new-owners", case_new_owners, check_owners, NULL},
    {"next-owner", case_next_owner, check_owners, NULL},
    {"shared", case_shared, world_check_kill, NULL},
    {NULL, NULL, NULL, NULL},
};
