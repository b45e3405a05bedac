/* SPDX-License-Identifier: Apache-2.0
 *
 * The stack of one event, and what is remembered of those before it.
 *
 * The frames outside a frame are decided by the words of memory from which a walk
 * read their return addresses and saved base pointers (guards).  While all of these
 * hold, so do the frames, and confirming that takes one load and one compare a word
 * in place of a rule and a table look-up a frame.  Two things are remembered:
 *  - `last_walk` is the last stack that was walked, frame by frame.  A walk that comes to one of
 *    its frames, unchanged, ends there: it joins (cfi.c).
 *  - `cache` is looked up by (pc, sp) of the innermost frame.  An entry is a cached prefix: the
 *    innermost frames of a stack, up to where they rejoin the last walk.  A call site that
 *    allocates again and again is found here without any walk.  (Instructions of a whole event
 *    in exact mode, std::map: 1000 without, 400 with it.)
 *
 * Guards are compared from the innermost outwards.  Each lies in a frame that the guards before
 * it proved to be there, so no word is read whose frame is gone, on whatever stack.
 *
 * A stack deeper than `depth` frames is recorded as its innermost ones, and cut.  `last_walk` has
 * room for twice as many, so that a recursion that grows and shrinks at such a depth is still
 * joined; only the guards of recorded frames are compared.  The stack hash of the recorded frames
 * is the difference of two running hashes, so it does not depend on the frames outside them.
 */
#ifndef MEMPROF_STACK_H
#define MEMPROF_STACK_H

#include "arch_frames.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Registers in the caller of an allocation function, after the return. */
struct unwind_start {
    uintptr_t pc; /* return address */
    uintptr_t sp;
    uintptr_t bp;
    struct arch_return from;
};

/* What the step outwards from a frame does with its base pointer. */
enum frame_bp {
    FRAME_IGNORES_BP = 0,      /* the caller's was saved in memory, or there is no caller */
    FRAME_PASSES_BP = 1,       /* the caller's is the same */
    FRAME_USES_BP = 2,         /* the caller's frame is found by it */
    FRAME_WAS_INTERRUPTED = 3, /* a signal's: the frame outside did not call it */
};

/* A frame as a walk finds it. */
struct frame {
    uintptr_t pc;            /* address for look-ups: return address - 1, or interrupted pc */
    uintptr_t sp;            /* stack pointer in this frame */
    uintptr_t bp;            /* base pointer in this frame */
    uintptr_t bp_slot;       /* address at which it was saved; 0: it is still in the register */
    uint32_t bp_use;         /* enum frame_bp */
    uint64_t stack_hash;     /* nodes.h: names this frame and all outside it */
    struct arch_return from; /* where the pc was found: in the frame that it called */
};

/* A frame of `last_walk`. */
struct known_frame {
    uintptr_t pc, sp, bp;
    uint64_t stack_hash; /* as in struct frame */
    uint32_t guards;     /* the last guard that decides the frames outside this one */
    uint32_t own_guards; /* the last one that decides this frame */
    uint32_t needs_bp;   /* the frames outside depend on its base pointer */
};

/* A word that a walk read, and what it was. */
struct guard {
    const uintptr_t *at;
    uintptr_t value;
};

/* That of a frame's return address. */
static inline struct guard guard_of_return(uintptr_t pc, uintptr_t sp, struct arch_return from)
{
    return (struct guard){arch_return_slot(sp, from), arch_return_word(pc + 1, from)};
}

/* Sentinel: points at itself and expects 0, so it never matches and ends the loop below. */
static inline void guard_never(struct guard *guard)
{
    *guard = (struct guard){(const uintptr_t *)&guard->at, 0};
}

/* From `guard` outwards, the first whose word does not hold its value; a guard_never() must lie
 * there. */
static inline const struct guard *guard_broken(const struct guard *guard)
{
    while (*guard->at == guard->value)
        guard--;
    return guard;
}

#define STACK_CACHE_SETS   16 /* sets of ... */
#define STACK_CACHE_WAYS   4  /* callers of one wrapper (operator new) share pc and sp */
#define STACK_CACHE_GUARDS 16

struct stack_wholes;

/* The frames from an innermost one out to a frame of `last_walk`. */
struct cached_stack {
    uintptr_t pc, sp, bp;
    uint64_t stack_hash; /* of the innermost frame */
    uint32_t serial;     /* struct stack's when it was made; 0: empty */
    uint16_t join;       /* frames of `last_walk` that continue it; 0: it is whole */
    uint16_t frames;     /* inside the join */
    bool needs_bp;
    bool complete;                 /* as recorded */
    const struct guard *innermost; /* of those below */
    uint64_t join_hash;
    uintptr_t join_sp, join_bp;
    struct guard guards[1 + STACK_CACHE_GUARDS]; /* outermost first, from 1 on; 0 never holds */
};

struct stack {
    uint32_t depth;        /* frames that are recorded */
    uint32_t most;         /* frames that one walk finds at most: room in `frames` */
    uint32_t room;         /* room in `last_walk`, in frames */
    uint32_t plain;        /* `depth`; 0 when `last_walk` is open */
    uint32_t count;        /* frames in `frames` */
    uint32_t join;         /* frames of `last_walk` that continue this stack */
    uint32_t known;        /* frames in `last_walk`; 0: nothing to reuse */
    uint32_t unload_epoch; /* modules_unload_epoch() of all that is remembered */
    uint32_t serial;       /* changes when `cache` becomes void */
    bool complete;         /* ends in an outermost frame; else cut */
    bool open;             /* goes on where the walk ended: there was room for no more */
    bool reusable;         /* may be remembered */
    bool deep;             /* `last_walk` is deeper than what is recorded of it */
    bool last_complete;    /* `complete` and `open` of `last_walk` */
    bool last_open;
    uint32_t hashed;      /* entries of `running` that are up to date */
    uint64_t outside;     /* the running hash just outside the first of them */
    uint64_t window;      /* the factor by which a running hash grows over `depth` frames */
    uint64_t *running;    /* stack.c: for each frame of `last_walk` a hash of it and of those
                             outside it; made when a stack is too deep */
    struct frame *frames; /* found by this walk, innermost first */
    struct known_frame *last_walk; /* outermost first */
    struct guard *guards;          /* of `last_walk`, outermost first, from 1 on; 0 never holds */
    struct cached_stack cache[STACK_CACHE_SETS][STACK_CACHE_WAYS] __attribute__((aligned(64)));
    uint32_t victim; /* the way that is replaced next */
    bool lasting;    /* it belongs to one thread for long, so memory for `wholes` pays */
    struct stack_wholes *wholes; /* stack_whole.c; NULL: none yet */
};

/* A walk finds half as many frames more than are recorded, and `last_walk` has room for half as
 * many again: so many frames must come or go before the stack is walked again. */
static inline uint32_t stack_most(uint32_t depth)
{
    return depth + depth / 2;
}
static inline uint32_t stack_room(uint32_t depth)
{
    return 2 * depth;
}

static inline size_t stack_bytes(uint32_t depth)
{
    return stack_most(depth) * sizeof(struct frame) +
           stack_room(depth) *
               (sizeof(struct known_frame) + 2 * sizeof(struct guard) + sizeof(uint64_t)) +
           sizeof(struct guard);
}

/* Lays the arrays out behind the struct, which is zeroed; stack_bytes() must be there. */
void stack_init(struct stack *stack, uint32_t depth);

/* Drops all that is remembered: another thread's stack comes, or modules changed. */
static inline void stack_forget(struct stack *stack)
{
    stack->known = 0;
    stack->serial++;
}

/* The stack_hash of the stack that begins at `start`, if that is remembered and holds
 * still; else 0.  Sets `complete`. */
uint64_t stack_recall(struct stack *stack, const struct unwind_start *start);

/* Frame `frames` - 1 of `last_walk` has `inner` frames inside it.  Do all guards of the recorded
 * frames outside it hold? 0: they do; else the index of the guard that does not, or
 * STACK_TOO_SHORT. */
#define STACK_TOO_SHORT UINT32_MAX
uint32_t stack_confirm_deep(struct stack *stack, uint32_t frames, uint32_t inner);
static inline uint32_t stack_confirm(struct stack *stack, uint32_t frames, uint32_t inner)
{
    if (__builtin_expect(frames + inner > stack->plain, 0))
        return stack_confirm_deep(stack, frames, inner);
    const struct guard *innermost = &stack->guards[stack->last_walk[frames - 1].guards];
    return (uint32_t)(guard_broken(innermost) - stack->guards);
}

/* Where the pc of a frame of `last_walk` was found. */
static inline struct arch_return stack_return(const struct stack *stack,
                                              const struct known_frame *frame)
{
    const struct guard *guard = &stack->guards[frame->guards + 1];
    return arch_return_from((uintptr_t)guard->at, guard->value);
}

/* A walk joins frame `frames` - 1 of `last_walk`, to which it came from another frame than the last
 * walk, perhaps: there the return address may lie elsewhere. */
static inline void stack_rejoin(struct stack *stack, uint32_t frames, struct arch_return from)
{
    const struct known_frame *join = &stack->last_walk[frames - 1];
    stack->guards[join->guards + 1] = guard_of_return(join->pc, join->sp, from);
}

/* Makes room in `last_walk` for what the walk found: it keeps its `join` innermost frames. */
void stack_make_room(struct stack *stack);

/* Puts a frame with its stack_hash on top of `last_walk`. */
static inline void stack_push(struct stack *stack, const struct frame *f)
{
    struct known_frame *to = &stack->last_walk[stack->known], *outer = to - 1;
    bool outermost = stack->known == 0;
    uint32_t outside = outermost ? 0 : outer->own_guards, own = outside;
    bool needs_bp = f->bp_use == FRAME_USES_BP ||
                    (f->bp_use == FRAME_PASSES_BP && !outermost && outer->needs_bp);
    stack->guards[++own] = guard_of_return(f->pc, f->sp, f->from);
    if (needs_bp && f->bp_slot)
        stack->guards[++own] = (struct guard){(const uintptr_t *)f->bp_slot, f->bp};
    to->pc = f->pc;
    to->sp = f->sp;
    to->bp = f->bp;
    to->stack_hash = f->stack_hash;
    to->guards = outside;
    to->own_guards = own;
    to->needs_bp = needs_bp;
    stack->known++;
}

/* The stack_hash of the innermost `depth` frames of `last_walk`, as of a stack that is cut there.
 */
uint64_t stack_window_hash(struct stack *stack);

/* After a walk that joined `join` frames of `last_walk` and was pushed on top of them:
 * remembers it under its innermost frame. */
void stack_keep(struct stack *stack, uint32_t join, uint64_t stack_hash);

#endif
