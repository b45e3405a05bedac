/* SPDX-License-Identifier: Apache-2.0
 *
 * What the interposed calls do off the fast path: a block came, or a block goes.
 * Everything here may run in any thread and in signal handlers and never fails its
 * caller; what makes a system call puts errno back.
 */
#ifndef MEMPROF_EVENT_H
#define MEMPROF_EVENT_H

#include "preload/live.h"
#include "preload/unwind/unwind.h"

#include <stdbool.h>
#include <stddef.h>

/* Where the function that uses this macro was called from. */
#define EVENT_CALLER (&(struct unwind_start)ARCH_CALLER)

/* A block was allocated; `size` had reached the countdown (or never passed it). */
void event_allocated(void *block, size_t size, const struct unwind_start *caller);

/* `block` is about to be freed, for `caller`, and may be a sampled one.  False: it is the
 * bootstrap's, and there is nothing to free. */
bool event_release(void *block, const struct unwind_start *caller);

/* Takes the record of a block that is about to be moved; false: there is none.  One of the two
 * below must follow. */
bool event_take(const void *block, struct live_record *record);

/* A realloc for `caller` freed `old` (NULL: there was none), of which `record` was taken (NULL: it
 * was not sampled), and gave `block`, or only freed it.  The new size counts for the sampler
 * here. */
void event_reallocated(const void *old, const struct live_record *record, void *block, size_t size,
                       const struct unwind_start *caller);

/* The block was not freed after all. */
void event_put_back(const void *block, const struct live_record *record);

#endif
