/* SPDX-License-Identifier: Apache-2.0
 *
 * Since when each function call on a thread's stack has been running.  An activation is one call:
 * beside each frame of the last stack stands the event (lifetimes.h) at which its activation was
 * first seen, so the calls that were running at an earlier event and still run are the
 * frames that were born no later.  No stack is kept for that event.
 *
 * A frame that is unchanged may be another activation all the same: a loop calls a function again,
 * and its frame lies where it lay before.  Two things prove that an activation ended; without a
 * proof it goes on.
 *  - Control flow (reach.h).  Where two stacks in a row part, a frame was at one call and is at
 *    another now.  If the one cannot be reached from the other, the function was entered
 *    again; then its caller has made its call again, so that this call must be reached from
 *    itself, or the caller was entered again, too, and so on outwards.
 *  - Saved registers (saved_registers.h), in the innermost unchanged frames.
 *
 * A function that another one ends with a jump to goes on as the same activation: what the first
 * made and the second frees ends in the call that is seen in the source.
 *
 * Without a proof an activation goes on, but it is doubted where code was not understood, and where
 * it went from one call to another that lie in a loop of it, while its caller could have called
 * it again in a loop, too: when all registers are the same nothing tells these apart.  (A parser
 * that is called for one piece after another frees in one call what it made in the one before.)
 * The event is kept beside it.
 *
 * The owner of the stack alone uses it.  A signal handler that leaves by longjmp in the middle
 * leaves nothing known.
 */
#ifndef MEMPROF_UNWIND_ACTIVATIONS_H
#define MEMPROF_UNWIND_ACTIVATIONS_H

#include "preload/unwind/reach.h"
#include "preload/unwind/saved_registers.h"
#include "preload/unwind/stack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct activation {
    uintptr_t pc, sp; /* as in struct frame, */
    struct arch_return from;
    uint64_t born;    /* the event at which it was first seen */
    uint64_t doubted; /* the last event at which it was */
    uint8_t words;    /* in `saved` */
    bool interrupted; /* by a signal: its pc is no return address */
    uintptr_t saved[SAVED_REGISTERS];
};

struct activations {
    uint32_t depth; /* room in `frames` */
    uint32_t count; /* frames of the last stack */
    bool complete;  /* that stack was */
    bool current;   /* `last_walk` is that stack */
    bool tail_call; /* frames[count] has just ended: it called free as its last action */
    uint32_t unload_epoch;
    uint64_t top_hash; /* stack_hash of the innermost frame in `last_walk`; 0: not there */
    uint64_t since;    /* what was running at earlier events is not known */
    struct reach_room room;
    struct activation frames[]; /* outermost first */
};

static inline size_t activations_bytes(uint32_t depth)
{
    return sizeof(struct activations) + depth * sizeof(struct activation);
}

/* Forgets all: what is running now is seen at the next event for the first time. */
void activations_forget(struct activations *a);

/* Before a walk of `stack`. */
void activations_before_walk(struct activations *a, const struct stack *stack);

/* After it, at this event; `freeing`: by free.  False: this stack cannot be followed. */
bool activations_after_walk(struct activations *a, const struct stack *stack, uint64_t event,
                            bool freeing);

/* How many frames of this event's stack were running at event `when`, which is not before
 * `since`: they are the outermost ones. */
static inline uint32_t activations_running_since(const struct activations *a, uint64_t when)
{
    uint32_t n = a->count;
    if (a->tail_call && a->frames[n].born <= when)
        return n + 1;
    while (n > 0 && a->frames[n - 1].born > when)
        n--;
    return n;
}

/* Is the innermost of these perhaps another one by now? */
static inline bool activations_doubted_since(const struct activations *a, uint32_t running,
                                             uint64_t when)
{
    return running > 0 && a->frames[running - 1].doubted > when;
}

#endif
