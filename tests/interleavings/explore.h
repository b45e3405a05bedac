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

/* Explores; `check` is called once on whatever memory the threads share may hold, as a kill at this
 * moment would leave it (at_end: all threads returned), looks at nothing else, and changes nothing.
 * `note` is called after each step, and may keep what it sees in tracked memory.  Either may be
 * NULL; both report through explore_fail. */
void explore(void (*check)(bool at_end), void (*note)(void));

/* --- called by the threads --- */

/* Any other thread may go first. */
void explore_step(void);

/* An atomic operation comes.  It is a step if another thread (or this one's signal handler) uses
 * the same place, too, in any schedule, or if what it writes is looked at after each step. */
void explore_access(const void *at, bool is_write);
/* The same, and no step. */
void explore_note(const void *at, bool is_write);

/* Is it known by now that more than one thread uses it?  Does it belong to the state, and is not
 * a thread's own by its nature? */
bool explore_is_shared(const void *at);
bool explore_is_tracked(const void *at);

/* What is looked at after each step. */
void explore_watch(const void *start, size_t bytes);

/* Waits until *flag is not zero; and sets it.  Who waited sees what the other did before. */
void explore_wait(const uint32_t *flag);
void explore_tell(uint32_t *flag);

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
