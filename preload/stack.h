/* SPDX-License-Identifier: Apache-2.0
 *
 * The stack of one event, and what is remembered of those before it.
 *
 * The frames outside a frame are decided by the words of memory from which a walk
 * read their return addresses and saved base pointers (checks).  While all of these
 * hold, so do the frames, and confirming that takes one load and one compare a word
 * in place of a rule and a table look-up a frame.  Two things are remembered:
 *  - `before`, the last stack that was walked, frame by frame: a walk that comes to
 *    one of its frames is over (unwind_cfi.c);
 *  - `recent`, by (pc, sp) of the innermost frame, walks as far as the frame of
 *    `before` they joined: a call site that allocates again and again is found here
 *    without any walk.  (Instructions of a whole event in exact mode, std::map: 1000
 *    without, 400 with it.)
 */
#ifndef MEMPROF_STACK_H
#define MEMPROF_STACK_H

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
    uint64_t path;     /* sites.c: names this frame and all outside it */
};

/* A frame of the stack before. */
struct known_frame {
    uintptr_t pc, sp, bp;
    uint64_t path;       /* as in struct frame */
    uint32_t checks;     /* the last check that decides the frames outside this one */
    uint32_t own_checks; /* the last one that decides this frame */
    uint32_t needs_bp;   /* the frames outside depend on its base pointer */
};

/* A word that a walk read, and what it was. */
struct check {
    const uintptr_t *at;
    uintptr_t value;
};

#define STACK_RECENT        16 /* sets of ... */
#define STACK_RECENT_WAYS   4  /* several call sites may share pc and sp: those of operator new */
#define STACK_RECENT_CHECKS 16

/* The frames from an innermost one out to a frame of `before`. */
struct recent {
    uintptr_t pc, sp, bp;
    uint64_t path;   /* of the innermost frame */
    uint32_t serial; /* struct stack's when it was made; 0: empty */
    uint16_t joint;  /* frames of `before` that continue it; 0: it is whole */
    uint8_t count;   /* checks */
    bool needs_bp;
    uint64_t joint_path;
    uintptr_t joint_sp, joint_bp;
    struct check checks[STACK_RECENT_CHECKS];
};

struct stack {
    uint32_t depth;             /* capacity of the arrays, in frames */
    uint32_t count;             /* frames in `above` */
    uint32_t joint;             /* frames of `before` that continue this stack */
    uint32_t known;             /* frames in `before`; 0: nothing to reuse */
    uint32_t epoch;             /* modules_epoch() of all that is remembered */
    uint32_t serial;            /* changes when `recent` becomes void */
    bool complete;              /* ends in an outermost frame; else cut */
    bool reusable;              /* may be remembered */
    struct frame *above;        /* found by this walk, innermost first */
    struct known_frame *before; /* outermost first */
    struct check *checks;       /* of `before`, outermost first, from 1 on; 0 never holds */
    struct recent recent[STACK_RECENT][STACK_RECENT_WAYS] __attribute__((aligned(64)));
    uint32_t victim; /* the way to give up next */
};

static inline size_t stack_bytes(uint32_t depth)
{
    return depth * (sizeof(struct frame) + sizeof(struct known_frame)) +
           (2 * depth + 1) * sizeof(struct check);
}

/* Lays the arrays out behind the struct, which is zeroed; stack_bytes() must be there. */
void stack_init(struct stack *stack, uint32_t depth);

/* Another thread's stack comes, or modules changed. */
static inline void stack_forget(struct stack *stack)
{
    stack->known = 0;
    stack->serial++;
}

/* The path of the stack that begins at `start`, if that is remembered and holds
 * still; else 0.  `start` lies on the thread's own stack. */
uint64_t stack_recall(struct stack *stack, const struct unwind_start *start);

/* Puts a frame with its path on top of `before`. */
void stack_push(struct stack *stack, const struct frame *frame);

/* After a walk that joined `joint` frames of `before` and was pushed on top of them:
 * remembers it under its innermost frame. */
void stack_keep(struct stack *stack, uint32_t joint);

#endif
