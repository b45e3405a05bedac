/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables that two or three threads fill at once, and that need more room.
 */
#include "preload/arena.h"
#include "preload/counters.h"
#include "preload/index.h"
#include "preload/live.h"
#include "preload/process/config.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "tests/interleavings/cases.h"

#include <string.h>

/* --- growth --- */

#define FIRST_SITE 3000u

static uint64_t got[4] TRACKED;

static uint32_t published[2] TRACKED, some_node; /* what each thread has published there */

/* Of a chunk that is not there yet; whoever else makes it, what is published there is found. */
static uintptr_t publish_site(unsigned n)
{
    struct state_site *site =
        state_map_record(STATE_TABLE_SITES, FIRST_SITE + n, sizeof(struct state_site));
    site->size_class = WORLD_SIZE;
    atomic_store_explicit(&site->node, some_node, memory_order_release);
    published[n] = some_node;
    return (uintptr_t)site;
}
static void append_one(void)
{
    got[0] = state_map_append(STATE_TABLE_COUNTERS, sizeof(struct state_counters));
    got[1] = publish_site(0);
}
static void append_two(void)
{
    got[2] = state_map_append(STATE_TABLE_COUNTERS, sizeof(struct state_counters));
    got[3] = publish_site(1);
}
static void check_growth(bool at_end)
{
    world_check_kill(false);
    for (unsigned n = 0; n < 2; n++)
        EXPLORE_CHECK(!published[n] ||
                      world_site_collected(state_map.header, state_map.header->state_bytes,
                                           FIRST_SITE + n) == published[n]);
    if (!at_end)
        return;
    EXPLORE_CHECK(got[0] && got[2] &&
                  got[0] + sizeof(struct state_counters) <= got[2] |
                      got[2] + sizeof(struct state_counters) <= got[0]);
    EXPLORE_CHECK(got[3] == got[1] + sizeof(struct state_site));
}
static void case_growth(void)
{
    warm();
    memset(&thread, 0, sizeof thread);
    state_map.cursor[STATE_TABLE_COUNTERS] = 0; /* the next counters needs a chunk */
    state_map.header->sites_used = FIRST_SITE + 2;
    const struct state_site *known =
        state_map_record(STATE_TABLE_SITES, 2, sizeof(struct state_site));
    some_node = known->node;
    explore_thread(append_one, NULL, NULL);
    explore_thread(append_two, NULL, NULL);
}

/* Counters in a page of the shared shard that is not there yet; they were promised room, which
 * is used up when they are there, and not sooner. */
static void add_cells(unsigned n)
{
    got[n] = (uintptr_t)counters_of(shard_shared(), 3000);
    got[n + 1] = (uintptr_t)counters_of(shard_shared(), 3001 + n);
    EXPLORE_CHECK(got[n] && got[n + 1] && got[n] != got[n + 1]);
}
static uint32_t promised_before TRACKED;
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
    EXPLORE_CHECK(got[1] == (uintptr_t)counters_of(shard_shared(), 3001));
    EXPLORE_CHECK(got[3] == (uintptr_t)counters_of(shard_shared(), 3003));
    EXPLORE_CHECK(state_map.reserved == promised_before);
}
static void case_cells(void)
{
    promised_before = state_map.reserved;
    for (unsigned n = 0; n < 3; n++)
        EXPLORE_CHECK(state_map_reserve_counters());
    explore_thread(add_cells_one, NULL, NULL);
    explore_thread(add_cells_two, NULL, NULL);
}

/* The state is full but for what is promised to one site: two threads count it where they
 * have no counters, while a third wants the room for another. */
static void count_promised(void)
{
    uint32_t site = 3000;
    got[0] = (uintptr_t)counters_shared(&site);
    EXPLORE_CHECK(site == 3000);
}
static void count_promised_too(void)
{
    uint32_t site = 3000;
    got[1] = (uintptr_t)counters_shared(&site);
    EXPLORE_CHECK(site == 3000);
}
static void want_more(void)
{
    for (unsigned n = 0; n < 3; n++)
        state_map_append(STATE_TABLE_NODES, state_map.header->chunk_bytes);
}
static void check_promised(bool at_end)
{
    EXPLORE_CHECK(!at_end || (got[0] && got[0] == got[1]));
}
static void case_promised(void)
{
    state_map.reserved = 0;
    EXPLORE_CHECK(counters_reserve(3000));
    /* Two chunks are kept, and one more is anybody's. */
    state_map.header->chunk_count = state_map.header->chunks_used + 3;
    state_map.reserved_cursor = 0;
    explore_thread(count_promised, NULL, NULL);
    explore_thread(count_promised_too, NULL, NULL);
    explore_thread(want_more, NULL, NULL);
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
    while (arena.used[0] + 40000 < 256 * 1024)
        arena_alloc(4096, 64);
    explore_thread(take_memory_one, NULL, NULL);
    explore_thread(take_memory_two, NULL, NULL);
}

/* --- an index that needs its next level --- */

static struct index ids TRACKED;

/* Keys whose probes begin at one place; the value tells who entered it. */
#define CROWD_KEYS 16u /* the probes of level 0 */
#define ID_BITS    30
static uint64_t crowded[CROWD_KEYS + 2];

static bool found(unsigned n)
{
    return index_get(&ids, ID_BITS, crowded[n]) == n + 1;
}
static void enter_one(void)
{
    EXPLORE_CHECK(index_put(&ids, ID_BITS, crowded[CROWD_KEYS], CROWD_KEYS + 1));
    EXPLORE_CHECK(found(CROWD_KEYS) && found(3));
}
static void enter_two(void)
{
    EXPLORE_CHECK(index_put(&ids, ID_BITS, crowded[CROWD_KEYS + 1], CROWD_KEYS + 2));
    EXPLORE_CHECK(found(CROWD_KEYS + 1));
}
static void check_index(bool at_end)
{
    for (unsigned n = 0; at_end && n < CROWD_KEYS + 2; n++)
        EXPLORE_CHECK(found(n));
}
static void case_index(void)
{
    EXPLORE_CHECK(index_probes(0) == CROWD_KEYS);
    uint64_t key = 0;
    for (unsigned n = 0; n < CROWD_KEYS + 2; n++) {
        while ((index_place(index_mixed(++key)) & index_mask(1)) != 0)
            ;
        crowded[n] = key;
        if (n < CROWD_KEYS)
            index_put(&ids, ID_BITS, key, n + 1);
    }
    explore_thread(enter_one, NULL, NULL);
    explore_thread(enter_two, NULL, NULL);
}

/* One key, by both: it has one of the two values, and only one place. */
static void enter_mine(uint32_t value)
{
    EXPLORE_CHECK(index_put(&ids, ID_BITS, 7, value));
    uint32_t got_value = index_get(&ids, ID_BITS, 7);
    EXPLORE_CHECK(got_value == 1 || got_value == 2);
}
static void enter_mine_one(void)
{
    enter_mine(1);
}
static void enter_mine_two(void)
{
    enter_mine(2);
}
static void check_one_place(bool at_end)
{
    unsigned places = 0;
    for (uint32_t i = 0; at_end && i <= index_mask(0); i++)
        places += ids.levels[0][i] >> ID_BITS == index_mixed(7) << ID_BITS >> ID_BITS;
    EXPLORE_CHECK(!at_end || places == 1);
}
static void case_index_equal(void)
{
    EXPLORE_CHECK(index_put(&ids, ID_BITS, 8, 1)); /* there is a level */
    explore_thread(enter_mine_one, NULL, NULL);
    explore_thread(enter_mine_two, NULL, NULL);
}

/* --- a live table that needs its next level --- */

#define CROWD(n) ((void *)(UINT64_C(0x7000000) + (n) * 8))
static unsigned crowd TRACKED, late[2] TRACKED;

static void insert(unsigned n)
{
    struct live_record record = {n + 2, WORLD_SIZE, {0, 0}}, stale;
    EXPLORE_CHECK(live_put(CROWD(n), &record) || live_insert(CROWD(n), &record, &stale));
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
    EXPLORE_CHECK(!at_end || live_table.count == 2);
}
/* Fills a page's part of the first level until there are two blocks that do not fit:
 * these are for the threads. */
static void case_live_growth(void)
{
    for (unsigned n = 0; n < 2; n++) {
        for (live_table.count = live_table.count ? 1 : 0; live_table.count < 2; crowd++)
            insert(crowd);
        late[n] = crowd - 1;
        memset((void *)&live_table.levels[1], 0, sizeof live_table.levels[1]);
    }
    live_table.count = 1;
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

const struct explored_case cases_tables[] = {
    {"growth", case_growth, check_growth, NULL},
    {"counters", case_cells, check_cells, NULL},
    {"arena", case_arena, check_arena, NULL},
    {"index", case_index, check_index, NULL},
    {"index-equal", case_index_equal, check_one_place, NULL},
    {"live-growth", case_live_growth, check_live, NULL},
    {"live-reuse", case_live_reuse, check_one_left, NULL},
    {"promised", case_promised, check_promised, NULL},
    {"live-filter", case_live_filter, check_one_left, NULL},
    {NULL, NULL, NULL, NULL},
};
