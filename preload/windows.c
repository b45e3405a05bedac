/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/windows.h"
#include "preload/process/config.h"
#include "preload/state_values.h"

/* So many events of a new stack, or until the next one comes.  In all at most so many in the
 * beginning, and one of 128 later: python3 has a new stack in every hundredth event. */
#define FIRST_EVENTS 128u
#define FIRST_MOST   8192u
#define FIRST_RATE   128u

static bool is_followed(uint64_t window)
{
    return config.lifetimes == 1 || window == 0 || /* a seed that somebody gave may be small, too */
           state_mix(~config.seed, window / config.lifetimes) % config.lifetimes ==
               window % config.lifetimes;
}

bool windows_decide(struct windows *w)
{
    uint64_t window = w->event / CONFIG_LIFETIMES_WINDOW;
    uint64_t end = (window + 1) * CONFIG_LIFETIMES_WINDOW;
    bool followed = w->following;
    w->in_window = is_followed(window);
    w->following = w->in_window || w->event < w->first_until;
    bool first = w->following && !w->in_window;
    w->turn = first && w->first_until < end ? w->first_until : end;
    if (first)
        w->first_events += w->turn - w->event;
    return w->following && !followed;
}

/* When the block before came long ago the next one will not come soon enough to be followed. */
void windows_first(struct windows *w, const void *stack)
{
    struct windows_first *first = &w->firsts[state_mix(0, (uintptr_t)stack) % WINDOWS_FIRST_STACKS];
    bool soon = first->stack == stack && w->event - first->event <= FIRST_EVENTS;
    *first = (struct windows_first){stack, w->event};
    if (!soon || config.interval_bytes > 1 || w->first_events >= FIRST_MOST + w->event / FIRST_RATE)
        return;
    w->first_until = w->event + FIRST_EVENTS;
    if (!w->following)
        w->turn = w->event; /* else it is decided there whether this goes on */
}
