/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables that threads fill and share, with memory as arm64 has it: what is found in one is all
 * there, and what changes hands is as its last user left it.
 */
#include "collector/state/lifetimes.h"
#include "collector/state/tables.h"
#include "preload/context.h"
#include "preload/count.h"
#include "preload/counters.h"
#include "preload/index.h"
#include "preload/live.h"
#include "preload/lives.h"
#include "preload/process/config.h"
#include "preload/process/prepare.h"
#include "preload/process/process.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "tests/interleavings/cases.h"

#include <string.h>

static void watch_state(void)
{
    world_open(state_map.header, state_map.header->state_bytes);
}

/* --- how blocks live --- */

#define NODE_KNOWN 40u /* no reader looks at what it is */
#define NODE_NEW   41u
#define NODE_FREES 42u
#define SHARD      3u
static struct state_life *known_life TRACKED;

static void make_life(void)
{
    lives_count(&lives_find(NODE_NEW, SHARD)->followed);
}
static bool look_at_life(void *unused, const struct state_reader_life *life)
{
    (void)unused;
    EXPLORE_CHECK(life->node == NODE_KNOWN || life->node == NODE_NEW);
    EXPLORE_CHECK(life->shard == SHARD && life->followed <= 1);
    return true;
}
static void read_lives(void)
{
    world_visit_lives(look_at_life);
}
static void know_a_life(void)
{
    known_life = lives_find(NODE_KNOWN, SHARD);
    lives_freed_at(known_life, NODE_KNOWN);
    watch_state();
}
static void case_life(void)
{
    know_a_life();
    explore_thread(make_life, NULL, NULL);
    explore_thread(read_lives, NULL, NULL);
}

static void make_freed_at(void)
{
    lives_count(&lives_freed_at(known_life, NODE_FREES)->count);
}
static bool look_at_freed(void *unused, const struct state_reader_freed_at *freed)
{
    (void)unused;
    EXPLORE_CHECK(freed->free_node == NODE_KNOWN || freed->free_node == NODE_FREES);
    EXPLORE_CHECK(freed->node == NODE_KNOWN && freed->shard == SHARD && freed->count <= 1);
    return true;
}
static void read_freed_at(void)
{
    world_visit_freed_at(look_at_freed);
}
static void case_freed_at(void)
{
    know_a_life();
    explore_thread(make_freed_at, NULL, NULL);
    explore_thread(read_freed_at, NULL, NULL);
}

/* --- a context that is borrowed by one after the other --- */

#define KEY 77u
static void borrow(void)
{
    struct event_context *context = context_take(&thread, false);
    struct site_entry *entry = &context->sites[0];
    EXPLORE_CHECK(context->shared && context->shard == shard_shared());
    EXPLORE_CHECK(entry->key == 0 || (entry->key == KEY && entry->site == 5));
    entry->site = 5;
    entry->key = KEY;
    context_return(context);
}
static void case_borrowed(void)
{
    explore_thread(borrow, NULL, NULL);
    explore_thread(borrow, NULL, NULL);
}

/* --- a shard that is given back and taken over --- */

static struct state_counters *handed TRACKED;
static struct counter_shard *shard TRACKED;
static uint32_t counted TRACKED;

static void count_in_shard(void)
{
    count_allocated(shard, handed, (struct estimate){1, WORLD_SIZE});
    counted++;
}
static void give_back(void)
{
    count_in_shard();
    shard_release(shard);
}
static void take_over(void)
{
    if (shard_acquire() == shard)
        count_in_shard();
}
static void have_a_shard(void)
{
    shard = shard_acquire();
    handed = counters_of(shard, 2);
}
static void check_handed(bool at_end)
{
    if (!at_end)
        return;
    EXPLORE_CHECK(handed->allocated_objects == counted);
    EXPLORE_CHECK(shard->record->allocated_bytes == counted * WORLD_SIZE);
    EXPLORE_CHECK(shard->drift == (int64_t)(counted * WORLD_SIZE));
}
static void case_handed_back(void)
{
    atomic_store(&state_map.header->peak.batch, INT64_MAX);
    explore_thread(give_back, have_a_shard, NULL);
    explore_thread(take_over, NULL, NULL);
}

/* --- counters of the shared shard that another thread made --- */

#define SITE_OF_ALL 9u
static void make_shared(void)
{
    uint32_t site = SITE_OF_ALL;
    counters_shared(&site);
}
static struct state_counters *used TRACKED;
/* Once they are there: else it makes them itself, which is a case of its own. */
static void use_shared(void)
{
    uint32_t site = SITE_OF_ALL;
    _Atomic uint32_t *page = shard_shared()->pages[0];
    if (atomic_load_explicit(&page[site], memory_order_relaxed) == 0)
        return;
    used = counters_shared(&site);
    EXPLORE_CHECK(site == SITE_OF_ALL);
    atomic_store_explicit(&used->allocated_objects, 5, memory_order_relaxed);
    saved_save(used, 1);
}
static void check_shared(bool at_end)
{
    EXPLORE_CHECK(!at_end || !used || world_saved_objects(used) == 5);
}
static void case_shared_counters(void)
{
    counters_reserve(SITE_OF_ALL);
    state_map.reserved_cursor = 0;
    explore_thread(make_shared, NULL, NULL);
    explore_thread(use_shared, NULL, NULL);
    watch_state();
}

/* --- a chunk that two need --- */

#define FIRST_SITE 2048u
static _Atomic uint32_t told TRACKED;
static void make_record(uint32_t n)
{
    struct state_site *site =
        state_map_record(STATE_TABLE_SITES, FIRST_SITE + n, sizeof(struct state_site));
    site->size_class = WORLD_SIZE;
    atomic_store_explicit(&site->node, NODE_NEW, memory_order_release);
    atomic_store_explicit(&told, n + 1, memory_order_release);
}
static void make_record_one(void)
{
    make_record(0);
}
static void make_record_two(void)
{
    make_record(1);
}
/* Who is told of a record finds it. */
static void find_record(void)
{
    uint32_t n = atomic_load_explicit(&told, memory_order_acquire);
    EXPLORE_CHECK(n == 0 || world_read_site(FIRST_SITE + n - 1) == NODE_NEW);
}
static void case_record(void)
{
    watch_state();
    explore_thread(make_record_one, NULL, NULL);
    explore_thread(make_record_two, NULL, NULL);
    explore_thread(find_record, NULL, NULL);
}

/* --- the start, as another thread sees it --- */

static void begin(void)
{
    EXPLORE_CHECK(process_prepare());
}
static void be_ready(void)
{
    if (process_ready())
        EXPLORE_CHECK(state_map.header && shard_shared() && counters_of(shard_shared(), 1));
}
static void case_ready(void)
{
    world_next_state();
    explore_thread(begin, NULL, NULL);
    explore_thread(be_ready, NULL, NULL);
}

/* --- a level of the live table that another thread made --- */

static uint32_t passed TRACKED;
static void insert(unsigned n)
{
    struct live_record record = {n + 2, WORLD_SIZE, {0, 0}, 0}, stale;
    EXPLORE_CHECK(live_put(WORLD_BLOCK(n), &record) ||
                  (live_insert(WORLD_BLOCK(n), &record, &stale) && stale.site == 0));
}
static void take(unsigned n)
{
    struct live_record record;
    EXPLORE_CHECK(live_take(WORLD_BLOCK(n), &record));
    EXPLORE_CHECK(record.site == n + 2 && record.size_bytes == WORLD_SIZE);
}
static void insert_and_pass(void)
{
    insert(1);
    explore_tell(&passed);
}
static void insert_another(void)
{
    insert(2);
    take(2);
    explore_wait(&passed);
    take(1);
}
static void case_level(void)
{
    explore_thread(insert_and_pass, NULL, NULL);
    explore_thread(insert_another, NULL, NULL);
}

/* --- shards that two make at once --- */

static struct counter_shard *acquired[2] TRACKED;
static void acquire_one(void)
{
    acquired[0] = shard_acquire();
}
static void acquire_two(void)
{
    acquired[1] = shard_acquire();
}
static void check_acquired(bool at_end)
{
    EXPLORE_CHECK(!at_end || (acquired[0] && acquired[1] && acquired[0] != acquired[1]));
}
static void case_new_shards(void)
{
    explore_thread(acquire_one, NULL, NULL);
    explore_thread(acquire_two, NULL, NULL);
}

/* --- an index: who finds an id finds what it names --- */

#define ID_BITS 30
#define ID_KEY  7
static struct index ids TRACKED;
static uint32_t entered TRACKED;
static void enter(void)
{
    entered = 11;
    EXPLORE_CHECK(index_put(&ids, ID_BITS, ID_KEY, 1));
}
static void look_up(void)
{
    EXPLORE_CHECK(index_get(&ids, ID_BITS, ID_KEY) != 1 || entered == 11);
}
/* The first entry makes the first level. */
static void case_index(void)
{
    explore_thread(enter, NULL, NULL);
    explore_thread(look_up, NULL, NULL);
}
static void case_index_entry(void)
{
    EXPLORE_CHECK(index_put(&ids, ID_BITS, ID_KEY + 1, 1));
    case_index();
}
/* Another id had the key. */
static void case_index_again(void)
{
    EXPLORE_CHECK(index_put(&ids, ID_BITS, ID_KEY, 2));
    case_index();
}
static void enter_another(void)
{
    EXPLORE_CHECK(index_put(&ids, ID_BITS, ID_KEY, 2));
    EXPLORE_CHECK(index_get(&ids, ID_BITS, ID_KEY) != 0);
}
static void case_index_equal(void)
{
    explore_thread(enter, NULL, NULL);
    explore_thread(enter_another, NULL, NULL);
}

const struct explored_case cases_weak_tables[] = {
    {"life", case_life, NULL, NULL},
    {"freed-at", case_freed_at, NULL, NULL},
    {"borrowed", case_borrowed, NULL, NULL},
    {"handed-back", case_handed_back, check_handed, NULL},
    {"shared-counters", case_shared_counters, check_shared, NULL},
    {"record", case_record, NULL, NULL},
    {"ready", case_ready, NULL, NULL},
    {"level", case_level, NULL, NULL},
    {"new-shards", case_new_shards, check_acquired, NULL},
    {"index", case_index, NULL, NULL},
    {"index-entry", case_index_entry, NULL, NULL},
    {"index-again", case_index_again, NULL, NULL},
    {"index-equal", case_index_equal, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
