/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/stack.h"

#include <stdatomic.h>
#include <string.h>

void stack_init(struct stack *stack, uint32_t depth)
{
    stack->depth = depth;
    stack->serial = 1;
    stack->above = (struct frame *)(stack + 1);
    stack->before = (struct known_frame *)(stack->above + depth);
    stack->checks = (struct check *)(stack->before + depth);
    stack->checks[0].value = 0; /* its word is a pointer, and not NULL */
    stack->checks[0].at = (const uintptr_t *)&stack->checks[0].at;
}

static inline struct recent *recent_set(struct stack *stack, uintptr_t pc, uintptr_t sp)
{
    return stack->recent[(pc ^ pc >> 6 ^ sp >> 4 ^ sp >> 10) % STACK_RECENT];
}

/* Do the words hold that decide the frames from the innermost out to the joint? */
static inline bool recent_holds(const struct recent *r)
{
    for (uint32_t i = r->count; i-- > 0;)
        if (*r->checks[i].at != r->checks[i].value)
            return false;
    return true;
}

/* Is the joint still in `before`, and does all outside it hold? */
static inline bool joint_holds(const struct stack *stack, const struct recent *r)
{
    if (r->joint == 0)
        return true;
    const struct known_frame *joint = &stack->before[r->joint - 1];
    if (r->joint > stack->known || joint->sp != r->joint_sp || joint->path != r->joint_path ||
        (joint->needs_bp && joint->bp != r->joint_bp))
        return false;
    const struct check *c = &stack->checks[joint->checks];
    while (*c->at == c->value)
        c--;
    return c == stack->checks;
}

uint64_t stack_recall(struct stack *stack, const struct unwind_start *start)
{
    uintptr_t pc = start->pc - 1;
    const struct recent *r = recent_set(stack, pc, start->sp);
    for (const struct recent *end = r + STACK_RECENT_WAYS; r < end; r++)
        if (r->pc == pc && r->sp == start->sp && r->serial == stack->serial &&
            !(r->needs_bp && r->bp != start->bp) && recent_holds(r))
            return joint_holds(stack, r) ? r->path : 0;
    return 0;
}

void stack_push(struct stack *stack, const struct frame *f)
{
    struct known_frame *to = &stack->before[stack->known], *outer = to - 1;
    bool outermost = stack->known == 0;
    uint32_t outside = outermost ? 0 : outer->own_checks, own = outside;
    bool needs_bp = f->bp_use == FRAME_USES_BP ||
                    (f->bp_use == FRAME_PASSES_BP && !outermost && outer->needs_bp);
    stack->checks[++own] = (struct check){(const uintptr_t *)(f->sp - 8), f->pc + 1};
    if (needs_bp && f->bp_slot)
        stack->checks[++own] = (struct check){(const uintptr_t *)f->bp_slot, f->bp};
    *to = (struct known_frame){f->pc, f->sp, f->bp, f->path, outside, own, needs_bp};
    stack->known++;
}

void stack_keep(struct stack *stack, uint32_t joint)
{
    const struct known_frame *top = &stack->before[stack->known - 1];
    const struct known_frame *kept = joint ? &stack->before[joint - 1] : NULL;
    /* Those that decide the kept frame itself and what lies inside it; the innermost
     * frame is decided by the registers. */
    uint32_t from = kept ? kept->checks : 0, count = top->checks - from;
    if (count > STACK_RECENT_CHECKS)
        return;
    struct recent *set = recent_set(stack, top->pc, top->sp), *r = NULL;
    for (uint32_t way = 0; way < STACK_RECENT_WAYS && !r; way++)
        if (set[way].path == top->path && set[way].sp == top->sp)
            r = &set[way];
    if (!r)
        r = &set[stack->victim++ % STACK_RECENT_WAYS];
    /* A handler that jumps away leaves it void, not half new. */
    r->serial = 0;
    atomic_signal_fence(memory_order_seq_cst);
    r->pc = top->pc;
    r->sp = top->sp;
    r->bp = top->bp;
    r->path = top->path;
    r->needs_bp = top->needs_bp;
    r->joint = (uint16_t)joint;
    r->joint_path = kept ? kept->path : 0;
    r->joint_sp = kept ? kept->sp : 0;
    r->joint_bp = kept ? kept->bp : 0;
    r->count = (uint8_t)count;
    memcpy(r->checks, &stack->checks[from + 1], count * sizeof *r->checks);
    atomic_signal_fence(memory_order_seq_cst);
    r->serial = stack->serial;
}
