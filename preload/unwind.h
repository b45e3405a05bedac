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

/* What the step outwards from a frame does with its base pointer. */
enum frame_bp {
    FRAME_IGNORES_BP = 0, /* finds the caller's in a slot, or there is no caller */
    FRAME_PASSES_BP = 1,  /* the caller's is the same */
    FRAME_USES_BP = 2,    /* the caller's frame is found by it */
};

/* A frame as a walk finds it. */
struct frame {
    uintptr_t pc;      /* address for look-ups: return address - 1, or interrupted pc */
    uintptr_t sp;      /* stack pointer in this frame; its return address lies below, at sp - 8 */
    uintptr_t bp;      /* base pointer in this frame */
    uintptr_t bp_slot; /* where that was saved; 0: still in the register */
    uint32_t bp_use;   /* enum frame_bp */
};

/* A frame of the stack before. */
struct known_frame {
    uintptr_t pc, sp, bp;
    uint32_t node;       /* sites.c */
    uint32_t checks;     /* the last word of memory that decides the frames outside this one */
    uint32_t own_checks; /* the last one that decides this frame */
    uint32_t needs_bp;   /* the frames outside depend on its base pointer */
};

/* A word that the walk before read, and what it was. */
struct check {
    const uintptr_t *at;
    uintptr_t value;
};

#define NODE_CACHE 128 /* direct-mapped: (parent, pc) -> node */

/* A stack being walked, and the one before it.  `above` holds the frames found by
 * this walk, innermost first; `joint` frames of `before`, outermost first, are
 * confirmed to continue it outwards. */
struct stack {
    uint32_t depth; /* capacity of the arrays, in frames */
    uint32_t count; /* frames in `above` */
    uint32_t joint; /* frames of `before` that continue this stack */
    uint32_t known; /* frames in `before`; 0: nothing to reuse */
    uint32_t epoch; /* modules_epoch() of `before` and `cache` */
    bool complete;  /* ends in an outermost frame; else cut */
    bool reusable;  /* may serve as `before` */
    struct frame *above;
    struct known_frame *before;
    struct check *checks; /* of `before`, outermost first, from 1 on; 0 never holds */
    struct {
        uintptr_t pc;
        uint32_t parent, node;
    } cache[NODE_CACHE];
};

static inline size_t stack_bytes(uint32_t depth)
{
    return depth * (sizeof(struct frame) + sizeof(struct known_frame) + 2 * sizeof(struct check));
}

/* Lays the arrays out behind the struct; stack_bytes() must be there. */
static inline void stack_init(struct stack *stack, uint32_t depth)
{
    stack->depth = depth;
    stack->above = (struct frame *)(stack + 1);
    stack->before = (struct known_frame *)(stack->above + depth);
    stack->checks = (struct check *)(stack->before + depth);
    stack->checks[0].value = 0; /* its word is a pointer, and not NULL */
    stack->checks[0].at = (const uintptr_t *)&stack->checks[0].at;
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
