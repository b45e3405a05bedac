/* SPDX-License-Identifier: Apache-2.0
 *
 * The threads of a case, as the search moves them: each runs from one step to its next.  They
 * learn meanwhile what they share (places.h), which says what a step is.
 */
#ifndef INTERLEAVINGS_THREADS_H
#define INTERLEAVINGS_THREADS_H

#include <stdbool.h>

/* Before writes to memory are noticed, and after that.  `is_watching`: what explore_watch() names
 * is looked at after each step. */
void threads_track(void);
void threads_begin(bool is_watching);

/* A search begins.  Whether it taught anything, so that another one must follow; and whether the
 * schedule that is under way is to be left, since it went as it cannot go. */
void threads_begin_search(void);
bool threads_have_learned(void);
bool threads_schedule_is_abandoned(void);

bool threads_is_alive(unsigned index);
bool threads_can_run(unsigned index);
bool threads_can_get_signal(unsigned index);

/* To its next step; with a signal first or not. */
void threads_run(unsigned index, bool with_signal);

#endif
