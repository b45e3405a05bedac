/* SPDX-License-Identifier: Apache-2.0
 *
 * The peak: as the collector finds it after a kill at any step, and while others go on.  Each
 * epoch begins in one step, so what every site had then is known up to the events
 * under way; these are what the collector must find.
 */
#include "preload/context.h"
#include "preload/peak.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "tests/interleavings/cases.h"

#include <string.h>

/* --- one thread --- */

static uint64_t highest TRACKED; /* blocks that were live at once, between two calls */

static void note(void)
{
    uint64_t live = world_counts.allocs_done - world_counts.frees_done;
    if (live > highest)
        highest = live;
}
static void rise(unsigned n)
{
    world_allocate(WORLD_BLOCK(n), n % 2 ? PC_ONE : PC_TWO);
    note();
}

/* Two to the same height, a higher one, and a fall to nothing. */
static void rise_and_fall(void)
{
    rise(1);
    rise(2);
    world_release(WORLD_BLOCK(1));
    rise(3);
    rise(4);
    world_release(WORLD_BLOCK(2));
    world_release(WORLD_BLOCK(3));
    world_release(WORLD_BLOCK(4));
}

/* What is under way may be the highest already. */
static void check_peak(bool at_end)
{
    uint64_t live = world_counts.allocs_begun - world_counts.frees_done;
    uint64_t most = !at_end && live > highest ? live : highest;
    struct world_peak peak = world_peak_collected(state_map.header, state_map.header->state_bytes);
    EXPLORE_CHECK(peak.is_exact);
    EXPLORE_CHECK(peak.bytes >= highest * WORLD_SIZE && peak.bytes <= most * WORLD_SIZE);
}

static void case_peak(void)
{
    world_looks = true;
    atomic_store(&state_map.header->peak.turn, 0);
    explore_thread(rise_and_fall, NULL, NULL);
}

/* --- epochs --- */

#define EPOCHS 16u

/* What was counted when each epoch began. */
static struct world_events began[EPOCHS][WORLD_SITES] TRACKED;
static uint32_t epochs TRACKED = 1; /* that of the start, when there was nothing */
static uint32_t ignored;            /* epochs that began before the threads */
static uint64_t most_live TRACKED;  /* blocks, with those under way */

static void note_epoch(void)
{
    uint32_t epoch = STATE_PEAK_EPOCH(state_map.header->peak.epoch_level);
    uint64_t live = world_counts.allocs_begun - world_counts.frees_done;
    if (live > most_live)
        most_live = live;
    if (epoch == epochs)
        return;
    EXPLORE_CHECK(epoch < EPOCHS && epoch > epochs);
    epochs = epoch;
    memcpy(began[epoch], world_site_counts, sizeof began[epoch]);
}

static void ignore_past(void)
{
    note_epoch();
    ignored = epochs;
}

/* Each of a site's four values is between what was done and what was begun. */
static bool fits(const struct world_sums *site, const struct world_events *then)
{
    return site->allocated_objects >= then->allocs_done &&
           site->allocated_objects <= then->allocs_begun &&
           site->allocated_bytes >= then->allocs_done * WORLD_SIZE &&
           site->allocated_bytes <= then->allocs_begun * WORLD_SIZE &&
           site->freed_objects >= then->frees_done && site->freed_objects <= then->frees_begun &&
           site->freed_bytes >= then->frees_done * WORLD_SIZE &&
           site->freed_bytes <= then->frees_begun * WORLD_SIZE;
}
static bool fits_epoch(const struct world_peak *peak, uint32_t epoch)
{
    for (unsigned site = 0; site < WORLD_SITES; site++)
        if (!fits(&peak->site[site], &began[epoch][site]))
            return false;
    return true;
}

/* `may_miss`: who was to save did not, and the reader knows. */
static void check_last_epoch(bool may_miss)
{
    struct world_peak peak = world_peak_collected(state_map.header, state_map.header->state_bytes);
    EXPLORE_CHECK(peak.is_exact || may_miss);
    if (!peak.is_now && peak.is_exact && epochs > ignored)
        EXPLORE_CHECK(fits_epoch(&peak, epochs));
}
static void check_epoch(bool at_end)
{
    (void)at_end;
    check_last_epoch(false);
}
/* In the shared shard it may have been killed between its claim and what it saves. */
static void check_shared_epoch(bool at_end)
{
    check_last_epoch(!at_end);
}
/* Or have come late, into what another saved an epoch later. */
static void check_late_savers(bool at_end)
{
    (void)at_end;
    check_last_epoch(true);
}

/* Somebody saw a higher total.  The cases in which it does not matter who. */
static void raise_epoch(void)
{
    atomic_fetch_add_explicit(&state_map.header->peak.epoch_level, 1, memory_order_acq_rel);
}
static void raise_twice(void)
{
    raise_epoch();
    raise_epoch();
}

/* What was there before the threads: block 5 and site two, which the reader knows. */
static void have_a_past(void)
{
    world_allocate(WORLD_BLOCK(5), PC_ONE);
    world_allocate(WORLD_BLOCK(6), PC_TWO);
    raise_epoch();
    note_epoch();
    memset(&thread, 0, sizeof thread);
}

static void free_and_allocate(void)
{
    world_release(WORLD_BLOCK(5));
    world_allocate(WORLD_BLOCK(1), PC_ONE);
}
static void allocate_other(void)
{
    world_allocate(WORLD_BLOCK(2), PC_ONE);
}
static void case_epoch(void)
{
    have_a_past();
    explore_thread(free_and_allocate, warm, NULL);
    explore_thread(allocate_other, warm, NULL);
    note_epoch();
    explore_thread(raise_twice, NULL, NULL);
}

/* --- in the shared shard --- */

#define NEVER_ASKS (3u << 30)

static void shared_one(void)
{
    thread.refusals = NEVER_ASKS;
    world_release(WORLD_BLOCK(5));
}
static void shared_two(void)
{
    thread.refusals = NEVER_ASKS;
    world_allocate(WORLD_BLOCK(2), PC_ONE);
}
/* Two contexts can be borrowed, and the counters are there. */
static void have_a_shared_past(void)
{
    struct thread other = {.refusals = NEVER_ASKS};
    thread.refusals = NEVER_ASKS;
    world_allocate(WORLD_BLOCK(5), PC_ONE);
    struct event_context *first = context_take(&thread, true);
    struct event_context *second = context_take(&other, true);
    context_return(first);
    context_return(second);
    memset(&thread, 0, sizeof thread);
}
static void case_savers(void)
{
    have_a_shared_past();
    explore_thread(shared_one, NULL, NULL);
    explore_thread(shared_two, NULL, NULL);
    explore_thread(raise_epoch, NULL, NULL);
}
static void case_late_savers(void)
{
    have_a_shared_past();
    explore_thread(shared_one, NULL, NULL);
    explore_thread(shared_two, NULL, NULL);
    explore_thread(raise_twice, NULL, NULL);
}

/* A handler between a saver's claim and what it saves, and everywhere else. */
static void handler(void)
{
    world_allocate(WORLD_BLOCK(4), PC_ONE);
}
static void case_saver_in_handler(void)
{
    have_a_shared_past();
    explore_thread(shared_one, NULL, handler);
    explore_thread(raise_epoch, NULL, NULL);
}
static void case_late_saver_in_handler(void)
{
    have_a_shared_past();
    explore_thread(shared_one, NULL, handler);
    explore_thread(raise_twice, NULL, NULL);
}

/* --- looks --- */

/* The highest total that is said may be too high by what the other thread did while it was
 * summed: one event. */
static void check_height(bool at_end)
{
    (void)at_end;
    EXPLORE_CHECK(state_map.header->peak.bytes <= (most_live + 1) * WORLD_SIZE);
}
static void check_looks(bool at_end)
{
    check_epoch(at_end);
    check_height(at_end);
}

static void case_looks(void)
{
    world_looks = true;
    explore_thread(live_and_die_one, warm, NULL);
    explore_thread(allocate_other, warm, NULL);
    ignore_past();
}

/* One thread sums while the other comes and goes: what it saw freed and what allocated are far
 * apart then. */
static void look(void)
{
    peak_look(thread.context->shard);
}
static void come(void)
{
    world_allocate(WORLD_BLOCK(2), PC_ONE);
}
static void go_and_come(void)
{
    for (unsigned i = 0; i < 2; i++) {
        world_release(WORLD_BLOCK(2));
        world_allocate(WORLD_BLOCK(2), PC_ONE);
    }
}
static void case_sleeper(void)
{
    world_looks = true;
    explore_thread(look, warm, NULL);
    explore_thread(go_and_come, come, NULL); /* there never were two blocks at once */
    ignore_past();
}

/* --- a reader --- */

static void read_peak(void)
{
    struct world_peak peak = world_read_peak();
    bool is_one = peak.is_now || !peak.is_exact;
    for (uint32_t epoch = 1; epoch <= epochs; epoch++)
        is_one |= fits_epoch(&peak, epoch);
    EXPLORE_CHECK(is_one);
}
static void case_peak_reader(void)
{
    have_a_past();
    explore_thread(free_and_allocate, warm, NULL);
    note_epoch();
    explore_thread(raise_twice, NULL, NULL);
    world_open(state_map.header, state_map.header->state_bytes);
    explore_thread(read_peak, NULL, NULL);
}
/* What it holds rises and falls, so that a total that the reader saw before is lower as well as
 * higher than what it finds for the peak. */
static void shared_both(void)
{
    shared_two();
    shared_one();
}
static void case_shared_peak_reader(void)
{
    have_a_shared_past();
    explore_thread(shared_both, NULL, NULL);
    explore_thread(raise_twice, NULL, NULL);
    world_open(state_map.header, state_map.header->state_bytes);
    explore_thread(read_peak, NULL, NULL);
}

const struct explored_case cases_peak[] = {
    {"peak", case_peak, check_peak, NULL},
    {"epoch", case_epoch, check_epoch, note_epoch},
    {"savers", case_savers, check_shared_epoch, note_epoch},
    {"late-savers", case_late_savers, check_late_savers, note_epoch},
    {"saver-in-handler", case_saver_in_handler, check_shared_epoch, note_epoch},
    {"late-saver-in-handler", case_late_saver_in_handler, check_late_savers, note_epoch},
    {"looks", case_looks, check_looks, note_epoch},
    {"sleeper", case_sleeper, check_height, note_epoch},
    {"peak-reader", case_peak_reader, NULL, note_epoch},
    {"shared-peak-reader", case_shared_peak_reader, NULL, note_epoch},
    {NULL, NULL, NULL, NULL},
};
