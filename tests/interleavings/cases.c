/* SPDX-License-Identifier: Apache-2.0
 *
 * `cases NAME` searches one case and prints how many states it has; a state in
 * which something does not hold ends it with the schedule that leads there.
 */
#include "preload/arena.h"
#include "preload/config.h"
#include "preload/hooks.h"
#include "preload/index.h"
#include "preload/root.h"
#include "preload/thread.h"
#include "tests/interleavings/explore.h"
#include "tests/interleavings/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PC_ONE   0x5000
#define PC_TWO   0x6000
#define PC_THREE 0x7000

/* Where a pointer is handed on, and what the allocator has to give. */
static uint32_t passed[4] TRACKED, available[4] TRACKED;

/* A whole life of a block. */
static void live_and_die_one(void)
{
    world_allocate(WORLD_BLOCK(1), PC_ONE);
    world_release(WORLD_BLOCK(1));
}
static void live_and_die_two(void)
{
    world_allocate(WORLD_BLOCK(2), PC_ONE);
    world_release(WORLD_BLOCK(2));
}

/* Makes a thread one that has recorded before: it has a slot and knows the site. */
static void warm(void)
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
    struct live_record record;
    EXPLORE_CHECK(live_take(block, &record));
    live_insert(block, &record);
    const struct state_site *site = segment_record(STATE_TABLE_SITES, record.site, sizeof *site);
    const char *state = (const char *)root.segment.header;
    return ((const struct state_node *)(state + (uint64_t)site->node * STATE_NODE_UNIT))->pc;
}
static void check_sites(bool at_end)
{
    world_check_kill(at_end);
    if (at_end)
        EXPLORE_CHECK(pc_of(WORLD_BLOCK(1)) == PC_TWO && pc_of(WORLD_BLOCK(2)) == PC_THREE);
}

/* --- the state is made by whoever comes first --- */

static void prepare(void)
{
    EXPLORE_CHECK(root_prepare());
    EXPLORE_CHECK(root_ready() && buffers_shared());
}
static void check_start(bool at_end)
{
    if (at_end)
        EXPLORE_CHECK(root.segment.header->sites_used == 2);
}
static void case_start(void)
{
    memset(&root, 0, sizeof root);
    explore_thread(prepare, NULL, NULL);
    explore_thread(prepare, NULL, NULL);
}

/* --- a reader --- */

static void allocate_and_pass(void)
{
    world_allocate(WORLD_BLOCK(1), PC_ONE);
    passed[1] = 1;
}
static void free_what_is_passed(void)
{
    explore_wait(&passed[1]);
    world_release(WORLD_BLOCK(1));
}
static void read_once(void)
{
    uint64_t done = world_counts.allocs_done;
    struct world_sums sums = world_sum();
    EXPLORE_CHECK(sums.freed_objects <= sums.allocated_objects);
    EXPLORE_CHECK(sums.freed_bytes <= sums.allocated_bytes);
    EXPLORE_CHECK(sums.allocated_objects >= done);
    EXPLORE_CHECK(sums.allocated_objects <= world_counts.allocs_begun);
}
static void case_reader(void)
{
    explore_thread(allocate_and_pass, warm, NULL);
    explore_thread(free_what_is_passed, warm, NULL);
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
    struct world_sums first = world_sum(), second = world_sum();
    EXPLORE_CHECK(first.freed_objects <= first.allocated_objects);
    EXPLORE_CHECK(second.freed_bytes <= second.allocated_bytes);
    EXPLORE_CHECK(first.allocated_objects <= second.allocated_objects);
    EXPLORE_CHECK(first.allocated_bytes <= second.allocated_bytes);
}
static void case_reader_twice(void)
{
    explore_thread(alternate, warm, NULL);
    explore_thread(read_twice, NULL, NULL);
}

/* --- a free racing the reuse of its address --- */

static void allocate_passed_address(void)
{
    explore_wait(&available[1]);
    available[1] = 0;
    world_allocate(WORLD_BLOCK(1), PC_TWO);
}
static void free_for_reuse(void)
{
    explore_wait(&passed[1]);
#ifdef BREAK_FREE_ORDER
    available[1] = 1;
    world_release(WORLD_BLOCK(1));
#else
    world_release(WORLD_BLOCK(1));
    available[1] = 1;
#endif
}
static void case_reuse(void)
{
    explore_thread(allocate_and_pass, warm, NULL);
    explore_thread(free_for_reuse, warm, NULL);
    explore_thread(allocate_passed_address, warm, NULL);
}

/* --- a buffer changing its owner --- */

static uint32_t holders[8] TRACKED;

static void record_and_leave(void *block)
{
    world_allocate(block, PC_ONE);
    uint32_t *mine = &holders[thread.slot->buffer->index];
    EXPLORE_CHECK(++*mine == 1);
    explore_step();
    --*mine;
    slots_release(&thread);
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
    EXPLORE_CHECK(root.segment.header->buffers_used <= 4);
    unsigned owned = 0;
    for (unsigned i = 1; i < root.segment.header->buffers_used; i++)
        owned += root.buffers.all[i] && root.buffers.all[i]->record->owner != 0;
    EXPLORE_CHECK(!at_end || owned == owned_before);
}
static void case_owners(void)
{
    explore_thread(record_and_leave_one, NULL, NULL);
    explore_thread(record_and_leave_two, NULL, NULL);
}
/* The stack and the site are known; the buffers are not there yet. */
static void case_new_owners(void)
{
    warm();
    owned_before = 1;
    memset(&thread, 0, sizeof thread);
    case_owners();
}
static void leave_one_behind(void)
{
    world_allocate(WORLD_BLOCK(3), PC_ONE);
    slots_release(&thread);
}
static void case_next_owner(void)
{
    leave_one_behind();
    case_owners();
}

/* --- threads whose own buffers are gone (after their destructors, or past 64) --- */

static void leave_and_live_one(void)
{
    thread.leaving = true;
    live_and_die_one();
}
static void leave_and_live_two(void)
{
    thread.leaving = true;
    world_allocate(WORLD_BLOCK(2), PC_TWO);
}
static void case_shared(void)
{
    leave_one_behind();
    thread.leaving = true;
    live_and_die_one(); /* there is one slot to borrow */
    world_allocate(WORLD_BLOCK(3), PC_TWO);
    world_release(WORLD_BLOCK(3));
    thread.leaving = false;
    explore_thread(leave_and_live_one, NULL, NULL);
    explore_thread(leave_and_live_two, NULL, NULL);
}

/* --- a fork at every moment of the other thread --- */

static void fork_and_record(void)
{
    if (!explore_fork(world_child))
        return;
    world_counts.frees_begun++; /* of a block that the child has not seen allocated */
    hooks_release(WORLD_BLOCK(1));
    world_allocate(WORLD_BLOCK(2), PC_TWO);
    world_release(WORLD_BLOCK(2));
    world_allocate(WORLD_BLOCK(3), PC_TWO);
    struct world_sums sums = world_sum();
    EXPLORE_CHECK(sums.allocated_objects == 2 && sums.freed_objects == 1);
    EXPLORE_CHECK(sums.allocated_bytes == 2 * WORLD_SIZE && sums.freed_bytes == WORLD_SIZE);
    EXPLORE_CHECK(world_live() == 1);
    EXPLORE_CHECK(root.segment.header->flags & STATE_FLAG_FORKED);
    world_check_parent_untouched();
}

static void fork_at_start(void)
{
    if (!explore_fork(world_child))
        return;
    world_allocate(WORLD_BLOCK(2), PC_TWO);
    EXPLORE_CHECK(world_sum().allocated_objects == 1);
    EXPLORE_CHECK(world_live() == 1);
}
static void case_fork_at_start(void)
{
    memset(&root, 0, sizeof root);
    explore_thread(prepare, NULL, NULL);
    explore_thread(fork_at_start, NULL, NULL);
}

/* A handler that forks in the middle of an event, with what pthread_atfork runs for
 * it: the child finishes that event in memory of its own, and starts anew with the
 * next one. */
static void fork_in_handler(void)
{
    bool inside = thread.inside;
    if (inside)
        root_fork_keep();
    bool is_child = explore_fork(inside ? world_child_keeps : world_child);
    if (inside && is_child)
        root_fork_stale();
    else if (inside)
        root_fork_wipe();
}
static void record_and_see_parent_untouched(void)
{
    world_allocate(WORLD_BLOCK(1), PC_ONE);
    bool counted = !world_is_child() || root_is_stale == false; /* forked before the event */
    world_release(WORLD_BLOCK(1));
    if (!world_is_child())
        return;
    world_check_parent_untouched();
    world_allocate(WORLD_BLOCK(2), PC_TWO);
    world_check_parent_untouched();
    struct world_sums sums = world_sum();
    EXPLORE_CHECK(sums.allocated_objects >= 1 && sums.allocated_objects <= 1 + counted);
    EXPLORE_CHECK(sums.freed_objects == sums.allocated_objects - 1);
    EXPLORE_CHECK(world_live() == 1);
}
static void case_fork_in_handler(void)
{
    explore_thread(record_and_see_parent_untouched, warm, fork_in_handler);
}

static void case_fork(void)
{
    explore_thread(live_and_die_one, NULL, NULL);
    explore_thread(fork_and_record, NULL, NULL);
}

/* --- a signal handler that allocates, at every step of an event --- */

static void handler(void)
{
    world_allocate(WORLD_BLOCK(4), PC_TWO);
    world_release(WORLD_BLOCK(4));
}
static void case_signal(void)
{
    explore_thread(live_and_die_one, warm, handler);
    explore_thread(live_and_die_two, warm, NULL);
}

/* --- growth --- */

static uint64_t got[4] TRACKED;

static void append_one(void)
{
    got[0] = segment_append(STATE_TABLE_CELLS, sizeof(struct state_cell));
    got[1] = (uintptr_t)segment_record(STATE_TABLE_SITES, 3000, sizeof(struct state_site));
}
static void append_two(void)
{
    got[2] = segment_append(STATE_TABLE_CELLS, sizeof(struct state_cell));
    got[3] = (uintptr_t)segment_record(STATE_TABLE_SITES, 3001, sizeof(struct state_site));
}
static void check_growth(bool at_end)
{
    world_check_kill(false);
    if (!at_end)
        return;
    EXPLORE_CHECK(got[0] && got[2] &&
                  got[0] + sizeof(struct state_cell) <= got[2] |
                      got[2] + sizeof(struct state_cell) <= got[0]);
    EXPLORE_CHECK(got[3] == got[1] + sizeof(struct state_site));
}
static void case_growth(void)
{
    root.segment.cursor[STATE_TABLE_CELLS] = 0; /* the next cell needs a chunk */
    explore_thread(append_one, NULL, NULL);
    explore_thread(append_two, NULL, NULL);
}

/* Cells in a page of the shared buffer that is not there yet. */
static void add_cells(unsigned n)
{
    got[n] = (uintptr_t)buffers_cell(buffers_shared(), 3000);
    got[n + 1] = (uintptr_t)buffers_cell(buffers_shared(), 3001 + n);
    EXPLORE_CHECK(got[n] && got[n + 1] && got[n] != got[n + 1]);
}
static void add_cells_one(void)
{
    add_cells(0);
}
static void add_cells_two(void)
{
    add_cells(2);
}
static void check_cells(bool at_end)
{
    if (!at_end)
        return;
    EXPLORE_CHECK(got[0] == got[2] && got[1] != got[3]);
    EXPLORE_CHECK(got[1] == (uintptr_t)buffers_cell(buffers_shared(), 3001));
    EXPLORE_CHECK(got[3] == (uintptr_t)buffers_cell(buffers_shared(), 3003));
}
static void case_cells(void)
{
    explore_thread(add_cells_one, NULL, NULL);
    explore_thread(add_cells_two, NULL, NULL);
}

static void take_memory_one(void)
{
    got[0] = (uintptr_t)arena_alloc(40000, 64);
}
static void take_memory_two(void)
{
    got[1] = (uintptr_t)arena_alloc(40000, 64);
}
static void check_arena(bool at_end)
{
    if (!at_end)
        return;
    EXPLORE_CHECK(got[0] && got[1]);
    EXPLORE_CHECK(got[0] + 40000 <= got[1] || got[1] + 40000 <= got[0]);
}
static void case_arena(void)
{
    while (root.arena.used[0] + 40000 < 256 * 1024)
        arena_alloc(4096, 64);
    explore_thread(take_memory_one, NULL, NULL);
    explore_thread(take_memory_two, NULL, NULL);
}

/* --- an index that needs its next level --- */

static struct index ids TRACKED;

static bool same(uint32_t id, const void *key)
{
    return id == *(const uint32_t *)key;
}
static bool found(uint32_t id)
{
    return index_find(&ids, (uint64_t)id << 32 | 5, same, &id) == id;
}
static void enter_one(void)
{
    EXPLORE_CHECK(index_insert(&ids, (uint64_t)101 << 32 | 5, 101));
    EXPLORE_CHECK(found(101) && found(3));
}
static void enter_two(void)
{
    EXPLORE_CHECK(index_insert(&ids, (uint64_t)102 << 32 | 5, 102));
    EXPLORE_CHECK(found(102));
}
static void check_index(bool at_end)
{
    if (at_end)
        EXPLORE_CHECK(found(101) && found(102) && found(1) && found(16));
}
static void case_index(void)
{
    for (uint32_t id = 1; id <= INDEX_PROBES; id++)
        index_insert(&ids, (uint64_t)id << 32 | 5, id);
    explore_thread(enter_one, NULL, NULL);
    explore_thread(enter_two, NULL, NULL);
}

/* --- a live table that needs its next level --- */

#define CROWD(n) ((void *)(UINT64_C(0x7000000) + (n)*8))
static unsigned crowd TRACKED, late[2] TRACKED;

static void insert(unsigned n)
{
    struct live_record record = {n + 2, WORLD_SIZE, {0, 0}};
    EXPLORE_CHECK(live_insert(CROWD(n), &record));
    EXPLORE_CHECK(live_maybe(CROWD(n)));
}
static void take(unsigned n)
{
    struct live_record record;
    EXPLORE_CHECK(live_take(CROWD(n), &record));
    EXPLORE_CHECK(record.site == n + 2 && record.size_bytes == WORLD_SIZE);
}
static void crowd_one(void)
{
    insert(late[0]);
}
static void crowd_two(void)
{
    insert(late[1]);
}
static void check_live(bool at_end)
{
    for (unsigned n = 0; at_end && n < crowd; n++)
        take(n);
    EXPLORE_CHECK(!at_end || root.live.count == 2);
}
/* Fills a page's part of the first level until there are two blocks that do not fit:
 * these are for the threads. */
static void case_live_growth(void)
{
    for (unsigned n = 0; n < 2; n++) {
        for (root.live.count = root.live.count ? 1 : 0; root.live.count < 2; crowd++)
            insert(crowd);
        late[n] = crowd - 1;
        memset((void *)&root.live.levels[1], 0, sizeof root.live.levels[1]);
    }
    root.live.count = 1;
    explore_thread(crowd_one, NULL, NULL);
    explore_thread(crowd_two, NULL, NULL);
}

static void life_of_one(void)
{
    insert(1);
    take(1);
}
static void life_of_two(void)
{
    insert(2);
    take(2);
}
static void take_and_insert(void)
{
    take(0);
    insert(3);
}
static void check_one_left(bool at_end)
{
    struct live_record record;
    if (!at_end)
        return;
    for (unsigned n = 0; n < 3; n++)
        EXPLORE_CHECK(!live_take(CROWD(n), &record));
    take(3);
    EXPLORE_CHECK(!live_maybe(CROWD(0)) || config.interval_bytes == 1);
}
/* Blocks of one line of one page: the same entries again and again. */
static void case_live_reuse(void)
{
    insert(0);
    explore_thread(life_of_one, NULL, NULL);
    explore_thread(life_of_two, NULL, NULL);
    explore_thread(take_and_insert, NULL, NULL);
}
/* The same, counted by the filter. */
static void case_live_filter(void)
{
    config.interval_bytes = 4096;
    case_live_reuse();
}

/* In rules.c. */
void case_torn_rules(void);
void case_stale_rules(void);

static const struct {
    const char *name;
    void (*set_up)(void);
    void (*check)(bool at_end);
} cases[] = {
    {"usual-event", case_usual_event, world_check_kill},
    {"new-site", case_new_site, world_check_kill},
    {"new-sites", case_new_sites, check_sites},
    {"start", case_start, check_start},
    {"reader", case_reader, world_check_kill},
    {"reader-twice", case_reader_twice, world_check_kill},
    {"reuse", case_reuse, world_check_kill},
    {"new-owners", case_new_owners, check_owners},
    {"next-owner", case_next_owner, check_owners},
    {"shared", case_shared, world_check_kill},
    {"fork", case_fork, world_check_kill},
    {"fork-at-start", case_fork_at_start, check_start},
    {"fork-in-handler", case_fork_in_handler, world_check_kill},
    {"signal", case_signal, world_check_kill},
    {"growth", case_growth, check_growth},
    {"cells", case_cells, check_cells},
    {"arena", case_arena, check_arena},
    {"index", case_index, check_index},
    {"torn-rules", case_torn_rules, NULL},
    {"stale-rules", case_stale_rules, NULL},
    {"live-growth", case_live_growth, check_live},
    {"live-reuse", case_live_reuse, check_one_left},
    {"live-filter", case_live_filter, check_one_left},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (argc != 2 || strcmp(argv[1], cases[i].name) != 0)
            continue;
        world_init();
        cases[i].set_up();
        explore(cases[i].check);
        return 0;
    }
    fprintf(stderr, "no such case\n");
    return 2;
}
