/* SPDX-License-Identifier: Apache-2.0
 *
 * Events of a process that records lifetimes: what event.c does, and then what lifetimes.h counts.
 * They have functions of their own, so that those of other processes have no instruction for it.
 */
#ifndef MEMPROF_EVENT_FOLLOWED_H
#define MEMPROF_EVENT_FOLLOWED_H

#include "preload/lifetimes.h"
#include "preload/process/thread.h"
#include "preload/unwind/unwind.h"

/* A sampled block was allocated; `moved` if by a realloc of another, else NULL. */
void followed_record(struct thread *t, void *block, size_t size, struct weight weight,
                     const struct unwind_start *caller, const struct moved *moved);

/* `block` is about to be freed, and may be a sampled one. */
void followed_release(struct thread *t, const void *block, const struct unwind_start *caller);

/* The block of this record was freed by a realloc for `caller`.  `goes_on`: it is another now, to
 * which *moved is handed. */
void followed_move(struct thread *t, const struct live_record *record,
                   const struct unwind_start *caller, bool goes_on, struct moved *moved);

/* The block of this record is not live any more, and nobody saw its free. */
void followed_missed(struct thread *t, const struct live_record *record);

#endif
