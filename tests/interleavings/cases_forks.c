/* SPDX-License-Identifier: Apache-2.0
 *
 * Forks and signal handlers at every step.
 */
#include "preload/event.h"
#include "preload/process/fork.h"
#include "preload/process/prepare.h"
#include "preload/process/process.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "tests/interleavings/cases.h"

#include <string.h>

/* --- a fork at every moment of the other thread --- */

/* How blocks lived in a child that follows its events: it knows of its own alone. */
static void check_childs_lives(const struct world_sums *sums)
{
    struct world_lives lives = world_lives(state_map.header, state_map.header->state_bytes);
    if (!world_follows)
        return;
    EXPLORE_CHECK(state_map.header->features_optional & STATE_FEATURE_LIFETIMES);
    EXPLORE_CHECK(lives.followed == sums->allocated_objects && lives.ended == sums->freed_objects);
    EXPLORE_CHECK(lives.began == lives.followed && lives.crossed == 0 && lives.unfollowed == 0);
    EXPLORE_CHECK(lives.live == 1);
}

static void fork_and_record(void)
{
    if (!explore_fork(world_child))
        return;
    world_counts.frees_begun++; /* of a block that the child has not seen allocated */
    event_release(WORLD_BLOCK(1), &(struct unwind_start){1, 1, 0});
    world_allocate(WORLD_BLOCK(2), PC_TWO);
    world_release(WORLD_BLOCK(2));
    world_allocate(WORLD_BLOCK(3), PC_TWO);
    struct world_sums sums = world_sum();
    EXPLORE_CHECK(sums.allocated_objects == 2 && sums.freed_objects == 1);
    EXPLORE_CHECK(sums.allocated_bytes == 2 * WORLD_SIZE && sums.freed_bytes == WORLD_SIZE);
    EXPLORE_CHECK(world_live() == 1);
    check_childs_lives(&sums);
    EXPLORE_CHECK(state_map.header->flags & STATE_FLAG_FORKED);
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
    world_wipe_process();
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
        fork_keep();
    bool is_child = explore_fork(inside ? world_child_keeps : world_child);
    if (inside && is_child)
        fork_stale();
    else if (inside)
        fork_wipe();
}
static void record_and_see_parent_untouched(void)
{
    world_allocate(WORLD_BLOCK(1), PC_ONE);
    bool counted =
        !world_is_child() || process.phase != PROCESS_STALE; /* forked before the event */
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
    check_childs_lives(&sums);
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

/* The same two where events are followed; the tables of lifetimes are empty, so that their first
 * chunks and the levels of their indices are made while it forks. */
static void case_followed_fork(void)
{
    follow();
    case_fork();
}
static void case_followed_fork_in_handler(void)
{
    follow();
    explore_thread(record_and_see_parent_untouched, NULL, fork_in_handler);
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

const struct explored_case cases_forks[] = {
    {"fork", case_fork, world_check_kill, NULL},
    {"fork-at-start", case_fork_at_start, check_start, NULL},
    {"fork-in-handler", case_fork_in_handler, world_check_kill, NULL},
    {"lives-fork", case_followed_fork, world_check_kill, NULL},
    {"lives-fork-in-handler", case_followed_fork_in_handler, world_check_kill, NULL},
    {"signal", case_signal, world_check_kill, NULL},
    {NULL, NULL, NULL, NULL},
};
