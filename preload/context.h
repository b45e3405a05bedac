/* SPDX-License-Identifier: Apache-2.0
 *
 * A slot is what recording one event needs: room to unwind into, the stack of
 * the event before, and the counters to write to.  A thread owns one from its
 * first event to its end; events that find none of their own (in a signal
 * handler, past 64 threads) borrow one for their duration and write to the shared
 * counters.
 */
#ifndef MEMPROF_SLOTS_H
#define MEMPROF_SLOTS_H

#include "preload/counters.h"
#include "preload/unwind/unwind.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define SLOTS_BORROWED_MAX 256
#define SLOT_SITES         256 /* direct-mapped: a hit spares the look-ups of site and cell */

struct slot_site {
    uint64_t key; /* sites_key(); 0: empty */
    struct state_cell *cell;
    uint32_t site;
};

struct slot {
    struct buffer *buffer; /* where this slot counts; the shared one if borrowed */
    bool shared;           /* counters need atomic adds */
    _Atomic bool taken;    /* borrowed slots: in use */
    struct slot_site sites[SLOT_SITES];
    struct stack stack; /* last: it ends in arrays of config.depth frames */
};

/* Part of struct root. */
struct slots {
    _Atomic(struct slot *) borrowed[SLOTS_BORROWED_MAX];
};

struct thread;

/* The slot of this thread's own, made if need be; or a borrowed one.  NULL when
 * there is no memory.  To be given back with slots_return. */
struct slot *slots_take(struct thread *t, bool own);

static inline void slots_return(struct slot *slot)
{
    if (slot->shared)
        atomic_store_explicit(&slot->taken, false, memory_order_release);
}

#endif
