/* SPDX-License-Identifier: Apache-2.0
 *
 * What a processor may do with a thread's loads and stores.  The explorer asks at each step; one
 * of two files is linked: strong.c, where memory is what was stored last, and weak.c.
 */
#ifndef INTERLEAVINGS_WEAK_H
#define INTERLEAVINGS_WEAK_H

#include <stdbool.h>
#include <stdint.h>

/* Before the search: what it keeps belongs to the state. */
void weak_begin(void);
/* Do stores to places that threads share wait, so that those to others come before them? */
bool weak_delays(void);

/* `thread` is about to run, and has stopped: between the two memory is what it sees itself. */
void weak_enter(int thread);
void weak_leave(int thread);

/* May it go on, or must others see stores of its own first? */
bool weak_can_run(int thread);
/* How many values the load that it stands at may give, the newest first; and which one it gives
 * when it runs. */
unsigned weak_values(int thread);
void weak_choose(int thread, unsigned value);

/* How many of its stores may be the next that others see; makes one of them seen. */
unsigned weak_commits(int thread);
void weak_commit(int thread, unsigned n);

/* Have others seen all that it stored? */
bool weak_is_drained(int thread);
/* Another thread told it something, and it sees what that one had done. */
void weak_told(int thread);
/* After each step: what no thread can tell apart is made the same.  `is_done`: by thread. */
void weak_settle(const bool *is_done);

#endif
