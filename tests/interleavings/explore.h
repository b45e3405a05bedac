/* SPDX-License-Identifier: Apache-2.0
 *
 * A search through all interleavings of a few threads that run the shim's own
 * code, one atomic operation at a time.  A state is the tracked memory (with the
 * threads' stacks); a state reached twice is explored once, so the search is
 * exhaustive without walking every schedule.
 */
#ifndef INTERLEAVINGS_EXPLORE_H
#define INTERLEAVINGS_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPLORE_THREADS 4

/* A thread of the case; `body` ends by returning.  `before`, if not NULL, is run at
 * once in its name, without steps.  `handler`, if not NULL, is a signal handler that
 * runs once on top of it, at any of its steps. */
void explore_thread(void (*body)(void), void (*before)(void), void (*handler)(void));

/* Explores; after each step `check` is called on the state as a kill at this
 * moment would leave it (at_end: all threads returned); it may be NULL, and reports
 * through explore_fail. */
void explore(void (*check)(bool at_end));

/* --- called by the threads --- */

/* An atomic operation comes: any other thread may go first. */
void explore_step(void);

/* Waits until *flag is not zero. */
void explore_wait(const uint32_t *flag);

/* The process forks here.  Gives true in the child, which is followed to the end
 * of the thread, without its siblings, for each state it can start from; false in
 * the parent.  `child` changes the memory to what the child sees. */
bool explore_fork(void (*child)(void));

/* The invariant that does not hold; ends the program after saying which schedule
 * led here. */
void explore_fail(const char *what, ...) __attribute__((noreturn, format(printf, 1, 2)));
#define EXPLORE_CHECK(condition)                                                                   \
    do {                                                                                           \
        if (!(condition))                                                                          \
            explore_fail("%s:%d: %s", __FILE__, __LINE__, #condition);                             \
    } while (0)

#endif
