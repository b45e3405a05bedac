/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of a thread's events are followed, where not all are: those of one of each N windows,
 * chosen at random, and of the first.  What a program does for a moment only would lie between two
 * windows; so where two blocks of a stack come soon after each other, of which few blocks were
 * followed, the next events are followed, too.
 */
#ifndef MEMPROF_WINDOWS_H
#define MEMPROF_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOWS_FIRST_LEAST  64u /* so many blocks of a stack are enough */
#define WINDOWS_FIRST_STACKS 64u /* direct-mapped */

/* A stack of which few blocks were followed, and when one came. */
struct windows_first {
    const void *stack;
    uint64_t event;
};

struct windows {
    bool in_window;                     /* the window under way is followed */
    bool following;                     /* events are: in one, or for a new stack */
    uint64_t event;                     /* the last one; the first is 1 */
    uint64_t turn;                      /* behind this one it is decided again */
    uint64_t first_until, first_events; /* for new stacks; how many were, outside of windows */
    struct windows_first firsts[WINDOWS_FIRST_STACKS];
};

/* Is it to be decided whether the next event is followed? */
static inline bool windows_are_due(const struct windows *w)
{
    return __builtin_expect(w->event >= w->turn, 0);
}

/* Decides it, up to the next turn.  True: it is, and the one before was not. */
bool windows_decide(struct windows *w);

/* At this event a block comes of a stack of which fewer than WINDOWS_FIRST_LEAST were followed,
 * outside of a followed window.  `stack` stands for it. */
void windows_first(struct windows *w, const void *stack);

#endif
