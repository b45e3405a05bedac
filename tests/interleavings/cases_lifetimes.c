/* SPDX-License-Identifier: Apache-2.0
 *
 * Events that are followed: how blocks live, as the collector finds it after each step, with
 * threads that meet at one stack, that free each other's blocks and take over shards, with a
 * handler and a fork.  Every stack is one frame, the same activation for ever.
 */
#include "preload/process/config.h"
#include "preload/process/prepare.h"
#include "preload/process/process.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "tests/interleavings/cases.h"

#include <string.h>

void follow(void)
{
    world_wipe_process();
    memset(&thread, 0, sizeof thread);
    config.lifetimes = 1;
    world_follows = true;
    EXPLORE_CHECK(process_prepare() && process_following());
    explore_watch(state_map.header, state_map.header->state_bytes);
}

static struct world_lives collected(void)
{
    return world_lives(state_map.header, state_map.header->state_bytes);
}

/* What a kill leaves: nothing that was not begun; of what was done all but the event in flight of
 * each thread.  `borrowed`: some events are in no thread's context, and followed by nobody. */
static void check_lives(bool at_end, bool borrowed)
{
    world_check_kill(at_end);
    struct world_lives lives = collected();
    EXPLORE_CHECK(lives.followed <= world_counts.allocs_begun);
    EXPLORE_CHECK(lives.ended + lives.crossed + lives.unfollowed <= world_counts.frees_begun);
    EXPLORE_CHECK(lives.ended <= lives.followed && lives.began <= lives.followed);
    if (!borrowed) {
        EXPLORE_CHECK(lives.followed >= world_counts.allocs_done);
        EXPLORE_CHECK(lives.ended + lives.crossed >= world_counts.frees_done);
    }
    if (at_end)
        EXPLORE_CHECK(lives.live ==
                      (int64_t)world_counts.allocs_done - (int64_t)world_counts.frees_done);
}
static void check_all(bool at_end)
{
    check_lives(at_end, false);
}
static void check_some(bool at_end)
{
    check_lives(at_end, true);
}

static void case_event(void)
{
    follow();
    explore_thread(live_and_die_one, warm, NULL);
    explore_thread(live_and_die_two, warm, NULL);
}

/* --- a stack that both meet for the first time --- */

static void meet_one(void)
{
    world_allocate(WORLD_BLOCK(1), PC_TWO);
}
static void meet_two(void)
{
    world_allocate(WORLD_BLOCK(2), PC_TWO);
}
static void case_new_stack(void)
{
    follow();
    explore_thread(meet_one, warm, NULL);
    explore_thread(meet_two, warm, NULL);
}

/* --- a block that another thread frees --- */

static uint32_t passed TRACKED;
static void allocate_and_pass(void)
{
    world_allocate(WORLD_BLOCK(1), PC_ONE);
    explore_tell(&passed);
}
static void free_what_is_passed(void)
{
    explore_wait(&passed);
    world_release(WORLD_BLOCK(1));
}
static void check_crossing(bool at_end)
{
    check_all(at_end);
    if (at_end)
        EXPLORE_CHECK(collected().crossed == 1);
}
static void case_crossing(void)
{
    follow();
    explore_thread(allocate_and_pass, warm, NULL);
    explore_thread(free_what_is_passed, warm, NULL);
}

/* --- a thread that takes over the shard of one that ended frees its block --- */

static void free_what_was_left(void)
{
    world_release(WORLD_BLOCK(3));
    world_thread_ends();
}
static void case_next_owner(void)
{
    follow();
    leave_one_behind();
    explore_thread(free_what_was_left, NULL, NULL);
}

/* --- a handler at any step --- */

static void handler(void)
{
    world_allocate(WORLD_BLOCK(4), PC_TWO);
    world_release(WORLD_BLOCK(4));
}
static void case_handler(void)
{
    follow();
    explore_thread(live_and_die_one, warm, handler);
}

const struct explored_case cases_lifetimes[] = {
    {"lives-event", case_event, check_all, NULL},
    {"lives-new-stack", case_new_stack, check_all, NULL},
    {"lives-crossing", case_crossing, check_crossing, NULL},
    {"lives-next-owner", case_next_owner, check_crossing, NULL},
    {"lives-handler", case_handler, check_some, NULL},
    {NULL, NULL, NULL, NULL},
};
