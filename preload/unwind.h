/* SPDX-License-Identifier: Apache-2.0
 *
 * From a caller's registers to a stack.  Three implementations: cfi (ours, over
 * .eh_frame, x86-64), fp (frame pointers), libunwind.  None locks, allocates or
 * (but for libunwind) makes a system call on the usual path.
 */
#ifndef MEMPROF_UNWIND_H
#define MEMPROF_UNWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Registers in the caller of an allocation function, after the return. */
struct unwind_start {
    uintptr_t pc; /* return address */
    uintptr_t sp;
    uintptr_t bp;
};

struct frame {
    uintptr_t pc;      /* address for look-ups: return address - 1, or interrupted pc */
    uintptr_t sp;      /* stack pointer in this frame; its return address lies below, at sp - 8 */
    uintptr_t bp;      /* base pointer in this frame */
    uintptr_t bp_slot; /* where that was saved; 0: in no slot of this stack */
};

/* A stack being walked, and the one before it.  `above` holds the frames found by
 * this walk, innermost first; `known` frames of `before`, outermost first, are
 * confirmed to continue it outwards.  Nodes are the business of sites.c. */
struct stack {
    uint32_t depth; /* capacity of both arrays */
    uint32_t count; /* frames in `above` */
    uint32_t joint; /* frames of `before` that continue this stack */
    uint32_t known; /* frames in `before`; 0: nothing to reuse */
    uint32_t epoch; /* modules_epoch() of `nodes` */
    bool complete;  /* ends in an outermost frame; else cut */
    bool reusable;  /* may serve as `before` */
    struct frame *above;
    struct frame *before;
    uint32_t *nodes; /* of `before` */
};

static inline size_t stack_bytes(uint32_t depth)
{
    return depth * (2 * sizeof(struct frame) + sizeof(uint32_t));
}

/* Lays the arrays out behind the struct; stack_bytes() must be there. */
static inline void stack_init(struct stack *stack, uint32_t depth)
{
    stack->depth = depth;
    stack->above = (struct frame *)(stack + 1);
    stack->before = stack->above + depth;
    stack->nodes = (uint32_t *)(stack->before + depth);
}

/* Fills `above`, `count`, `joint`, `complete`, `reusable`.  Signal-safe. */
typedef void unwind_fn(struct stack *stack, const struct unwind_start *start);
unwind_fn unwind_cfi, unwind_fp, unwind_libunwind;

/* True if the cfi unwinder is there and the loader gives it what it needs. */
bool unwind_cfi_usable(void);

/* Loads libunwind; false when it is not installed. */
bool unwind_libunwind_init(void);

/* Forgets what was learned of code that may be gone (after a dlclose). */
void unwind_cfi_flush(void);

#endif
