/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/stack.h"
#include "preload/process/thread.h"
#include "preload/unwind/stack_whole.h"

#include <stdatomic.h>
#include <string.h>

/* Running hashes are numbers modulo a prime: h(outermost .. i) = h(.. i - 1) * BASE + pc. */
#define PRIME ((UINT64_C(1) << 61) - 1)
#define BASE  UINT64_C(0x1b97d5a34ce8f06d) /* chosen at random */

__extension__ typedef unsigned __int128 product;

static uint64_t multiplied(uint64_t a, uint64_t b)
{
    product p = (product)a * b;
    uint64_t sum = (uint64_t)(p & PRIME) + (uint64_t)(p >> 61);
    return sum >= PRIME ? sum - PRIME : sum;
}

static uint64_t added(uint64_t a, uint64_t b)
{
    uint64_t sum = a + b;
    return sum >= PRIME ? sum - PRIME : sum;
}

void stack_init(struct stack *stack, uint32_t depth)
{
    stack->depth = depth;
    stack->most = stack_most(depth);
    stack->room = stack_room(depth);
    stack->plain = depth;
    stack->serial = 1;
    stack->above = (struct frame *)(stack + 1);
    stack->before = (struct known_frame *)(stack->above + stack->most);
    stack->checks = (struct check *)(stack->before + stack->room);
    stack->running = (uint64_t *)(stack->checks + 2 * stack->room + 1);
    stack->checks[0].value = 0; /* its word is a pointer, and not NULL */
    stack->checks[0].at = (const uintptr_t *)&stack->checks[0].at;
    stack->window = 1;
    for (uint32_t n = 0; n < depth; n++)
        stack->window = multiplied(stack->window, BASE);
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
static inline bool joint_holds(struct stack *stack, const struct recent *r)
{
    if (r->joint == 0)
        return true;
    const struct known_frame *joint = &stack->before[r->joint - 1];
    if (r->joint > stack->known || joint->sp != r->joint_sp || joint->path != r->joint_path ||
        (joint->needs_bp && joint->bp != r->joint_bp))
        return false;
    return stack_confirm(stack, r->joint, r->frames) == 0;
}

uint64_t stack_recall(struct stack *stack, const struct unwind_start *start)
{
    uintptr_t pc = start->pc - 1;
    const struct recent *r = recent_set(stack, pc, start->sp);
    for (const struct recent *end = r + STACK_RECENT_WAYS; r < end; r++)
        if (r->pc == pc && r->sp == start->sp && r->serial == stack->serial &&
            !(r->needs_bp && r->bp != start->bp) && recent_holds(r)) {
            stack->complete = r->complete;
            return joint_holds(stack, r) ? r->path : 0;
        }
    if (!stack->wholes)
        return 0;
    const struct known_frame *top = stack->before + stack->known - 1;
    bool is_before = stack->known && top->sp == start->sp && top->pc == pc;
    return is_before ? 0 : stack_whole_recall(stack, start); /* a walk joins at once */
}

uint32_t stack_confirm_deep(struct stack *stack, uint32_t frames, uint32_t inner)
{
    uint32_t known = frames + inner;
    if (known < stack->depth) /* and `before` is open: what lies further out is not known */
        return STACK_TOO_SHORT;
    uint32_t outer = known - stack->depth; /* frames of `before` that are not recorded */
    if (outer >= frames)
        return 0;
    /* For the time of the loop the check outside the last one that matters never holds. */
    struct check *stop = &stack->checks[stack->before[outer].checks], saved = *stop;
    *stop = (struct check){(const uintptr_t *)&stop->at, 0};
    const struct check *check = &stack->checks[stack->before[frames - 1].checks];
    while (*check->at == check->value)
        check--;
    *stop = saved;
    return check == stop ? 0 : (uint32_t)(check - stack->checks);
}

void stack_make_room(struct stack *stack)
{
    if (stack->joint + stack->count <= stack->room)
        return;
    uint32_t keep = stack->most - stack->count, drop = stack->joint - keep;
    if (keep) {
        uint32_t gone = stack->before[drop].checks;
        uint32_t last = stack->before[stack->joint - 1].own_checks;
        bool hashed = stack->hashed > drop;
        stack->outside = hashed ? stack->running[drop - 1] : 0;
        stack->hashed = hashed ? stack->hashed - drop : 0;
        memmove(stack->running, &stack->running[drop], stack->hashed * sizeof *stack->running);
        memmove(&stack->checks[1], &stack->checks[gone + 1], (last - gone) * sizeof(struct check));
        memmove(stack->before, &stack->before[drop], keep * sizeof *stack->before);
        for (uint32_t i = 0; i < keep; i++) {
            stack->before[i].checks -= gone;
            stack->before[i].own_checks -= gone;
        }
    }
    stack->joint = keep;
    stack->open = true;
    stack->serial++; /* the joints of `recent` are elsewhere */
}

uint64_t stack_window_path(struct stack *stack)
{
    if (stack->hashed == 0)
        stack->outside = 0;
    for (uint32_t i = stack->hashed; i < stack->known; i++) {
        uint64_t outer = i ? stack->running[i - 1] : stack->outside;
        stack->running[i] = added(multiplied(outer, BASE), stack->before[i].pc);
    }
    stack->hashed = stack->known;
    uint32_t first = stack->known - stack->depth;
    uint64_t outer = first ? stack->running[first - 1] : stack->outside;
    uint64_t hash =
        added(stack->running[stack->known - 1], PRIME - multiplied(outer, stack->window));
    hash = (hash ^ UINT64_C(0xa3b195354a39b70d)) * UINT64_C(0x9fb21c651e98df25);
    hash ^= hash >> 32;
    return hash ? hash : 1;
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
    to->pc = f->pc;
    to->sp = f->sp;
    to->bp = f->bp;
    to->path = f->path;
    to->checks = outside;
    to->own_checks = own;
    to->needs_bp = needs_bp;
    stack->known++;
}

void stack_keep(struct stack *stack, uint32_t joint, uint64_t path)
{
    const struct known_frame *top = &stack->before[stack->known - 1];
    const struct known_frame *kept = joint ? &stack->before[joint - 1] : NULL;
    /* Those that decide the kept frame itself and what lies inside it; the innermost
     * frame is decided by the registers. */
    uint32_t from = kept ? kept->checks : 0, count = top->checks - from;
    bool own = top->sp >= thread.stack_low && top->sp < thread.stack_high;
    if (joint == 0 && stack->lasting && !own) {
        uint32_t cut = stack->deep ? stack->before[stack->known - stack->depth].checks : 0;
        stack_whole_keep(stack, path, cut, top->checks - cut);
    }
    if (count > STACK_RECENT_CHECKS)
        return;
    struct recent *set = recent_set(stack, top->pc, top->sp), *r = NULL;
    for (uint32_t way = 0; way < STACK_RECENT_WAYS && !r; way++)
        if (set[way].path == path && set[way].sp == top->sp)
            r = &set[way];
    if (!r)
        r = &set[stack->victim++ % STACK_RECENT_WAYS];
    /* A handler that jumps away leaves it void, not half new. */
    r->serial = 0;
    atomic_signal_fence(memory_order_seq_cst);
    r->pc = top->pc;
    r->sp = top->sp;
    r->bp = top->bp;
    r->path = path;
    r->needs_bp = top->needs_bp;
    r->complete = stack->complete;
    r->frames = (uint16_t)(stack->known - joint);
    r->joint = (uint16_t)joint;
    r->joint_path = kept ? kept->path : 0;
    r->joint_sp = kept ? kept->sp : 0;
    r->joint_bp = kept ? kept->bp : 0;
    r->count = (uint8_t)count;
    memcpy(r->checks, &stack->checks[from + 1], count * sizeof *r->checks);
    atomic_signal_fence(memory_order_seq_cst);
    r->serial = stack->serial;
}
