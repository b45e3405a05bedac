/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/stack.h"
#include "preload/process/thread.h"
/* circle: both are memory of one struct stack; what the last stack does not recall, these do. */
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
    stack->frames = (struct frame *)(stack + 1);
    stack->last_walk = (struct known_frame *)(stack->frames + stack->most);
    stack->guards = (struct guard *)(stack->last_walk + stack->room);
    stack->running = (uint64_t *)(stack->guards + 2 * stack->room + 1);
    guard_never(&stack->guards[0]);
    stack->window = 1;
    for (uint32_t n = 0; n < depth; n++)
        stack->window = multiplied(stack->window, BASE);
}

static inline struct cached_stack *recent_set(struct stack *stack, uintptr_t pc, uintptr_t sp)
{
    return stack->cache[(pc ^ pc >> 6 ^ sp >> 4 ^ sp >> 10) % STACK_CACHE_SETS];
}

/* Do the guards of the frames from the innermost out to the join hold? */
static inline bool recent_holds(const struct cached_stack *r)
{
    return guard_broken(r->innermost) == r->guards;
}

/* Is the frame that it rejoins still in `last_walk`, and do all guards outside that hold? */
static inline bool join_holds(struct stack *stack, const struct cached_stack *r)
{
    if (r->join == 0)
        return true;
    const struct known_frame *join = &stack->last_walk[r->join - 1];
    if (r->join > stack->known || join->sp != r->join_sp || join->stack_hash != r->join_hash ||
        (join->needs_bp && join->bp != r->join_bp))
        return false;
    return stack_confirm(stack, r->join, r->frames) == 0;
}

uint64_t stack_recall(struct stack *stack, const struct unwind_start *start)
{
    uintptr_t pc = start->pc - 1;
    const struct cached_stack *r = recent_set(stack, pc, start->sp);
    for (const struct cached_stack *end = r + STACK_CACHE_WAYS; r < end; r++)
        if (r->pc == pc && r->sp == start->sp && r->serial == stack->serial &&
            !(r->needs_bp && r->bp != start->bp) && recent_holds(r)) {
            stack->complete = r->complete;
            return join_holds(stack, r) ? r->stack_hash : 0;
        }
    if (!stack->wholes)
        return 0;
    const struct known_frame *top = stack->last_walk + stack->known - 1;
    bool is_before = stack->known && top->sp == start->sp && top->pc == pc;
    return is_before ? 0 : stack_whole_recall(stack, start); /* a walk joins at once */
}

uint32_t stack_confirm_deep(struct stack *stack, uint32_t frames, uint32_t inner)
{
    uint32_t known = frames + inner;
    if (known < stack->depth) /* `last_walk` is open: what lies further out is not known */
        return STACK_TOO_SHORT;
    uint32_t outer = known - stack->depth; /* frames of `last_walk` that are not recorded */
    if (outer >= frames)
        return 0;
    /* During the loop the guard outside the last one that matters is a sentinel. */
    struct guard *stop = &stack->guards[stack->last_walk[outer].guards], saved = *stop;
    guard_never(stop);
    const struct guard *guard = guard_broken(&stack->guards[stack->last_walk[frames - 1].guards]);
    *stop = saved;
    return guard == stop ? 0 : (uint32_t)(guard - stack->guards);
}

void stack_make_room(struct stack *stack)
{
    if (stack->join + stack->count <= stack->room)
        return;
    uint32_t keep = stack->most - stack->count, drop = stack->join - keep;
    if (keep) {
        uint32_t gone = stack->last_walk[drop].guards;
        uint32_t last = stack->last_walk[stack->join - 1].own_guards;
        bool hashed = stack->hashed > drop;
        stack->outside = hashed ? stack->running[drop - 1] : 0;
        stack->hashed = hashed ? stack->hashed - drop : 0;
        memmove(stack->running, &stack->running[drop], stack->hashed * sizeof *stack->running);
        memmove(&stack->guards[1], &stack->guards[gone + 1], (last - gone) * sizeof(struct guard));
        memmove(stack->last_walk, &stack->last_walk[drop], keep * sizeof *stack->last_walk);
        for (uint32_t i = 0; i < keep; i++) {
            stack->last_walk[i].guards -= gone;
            stack->last_walk[i].own_guards -= gone;
        }
    }
    stack->join = keep;
    stack->open = true;
    stack->serial++; /* the frames that `cache` rejoins have moved */
}

uint64_t stack_window_hash(struct stack *stack)
{
    if (stack->hashed == 0)
        stack->outside = 0;
    for (uint32_t i = stack->hashed; i < stack->known; i++) {
        uint64_t outer = i ? stack->running[i - 1] : stack->outside;
        stack->running[i] = added(multiplied(outer, BASE), stack->last_walk[i].pc);
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

void stack_keep(struct stack *stack, uint32_t join, uint64_t stack_hash)
{
    const struct known_frame *top = &stack->last_walk[stack->known - 1];
    const struct known_frame *kept = join ? &stack->last_walk[join - 1] : NULL;
    /* The guards of the join itself and of what lies inside it; the innermost frame follows from
     * the registers. */
    uint32_t from = kept ? kept->guards : 0, count = top->guards - from;
    bool own = top->sp >= thread.stack_low && top->sp < thread.stack_high;
    if (join == 0 && stack->lasting && !own) {
        uint32_t cut = stack->deep ? stack->last_walk[stack->known - stack->depth].guards : 0;
        stack_whole_keep(stack, stack_hash, cut, top->guards - cut);
    }
    if (count > STACK_CACHE_GUARDS)
        return;
    struct cached_stack *set = recent_set(stack, top->pc, top->sp), *r = NULL;
    for (uint32_t way = 0; way < STACK_CACHE_WAYS && !r; way++)
        if (set[way].stack_hash == stack_hash && set[way].sp == top->sp)
            r = &set[way];
    if (!r)
        r = &set[stack->victim++ % STACK_CACHE_WAYS];
    /* The entry is void while it is written: a handler may leave by longjmp in the middle. */
    r->serial = 0;
    atomic_signal_fence(memory_order_seq_cst);
    r->pc = top->pc;
    r->sp = top->sp;
    r->bp = top->bp;
    r->stack_hash = stack_hash;
    r->needs_bp = top->needs_bp;
    r->complete = stack->complete;
    r->frames = (uint16_t)(stack->known - join);
    r->join = (uint16_t)join;
    r->join_hash = kept ? kept->stack_hash : 0;
    r->join_sp = kept ? kept->sp : 0;
    r->join_bp = kept ? kept->bp : 0;
    r->innermost = &r->guards[count];
    guard_never(&r->guards[0]);
    memcpy(&r->guards[1], &stack->guards[from + 1], count * sizeof *r->guards);
    atomic_signal_fence(memory_order_seq_cst);
    r->serial = stack->serial;
}
