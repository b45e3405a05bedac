/* SPDX-License-Identifier: Apache-2.0
 *
 * Who uses which place of memory, learned over all schedules until nothing new is learned.  What
 * one thread alone uses is no step: in whatever order it comes with others', the result is the
 * same.
 */
#ifndef INTERLEAVINGS_PLACES_H
#define INTERLEAVINGS_PLACES_H

#include <stdbool.h>
#include <stdint.h>

/* A thread, or its handler, uses a place; `user` is one bit.  True: it turns out to be shared, and
 * this search did not know; from here on it is. */
bool places_note(const void *at, bool is_write, uint32_t user);

bool places_is_shared(const void *at);

#endif
