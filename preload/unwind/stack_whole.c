/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/stack_whole.h"
#include "preload/arena.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#define UNITS  131072u /* of the ring, each of the size of a guard: 2 MiB */
#define PLACES 8192u

/* What a record begins with; its guards follow, outermost first. */
struct whole {
    uintptr_t pc, sp, bp;
    uint64_t stack_hash;
    uint32_t serial; /* struct stack's */
    uint32_t count;  /* guards */
    bool needs_bp, complete;
    struct guard never; /* guard_never() */
};
#define HEAD_UNITS ((uint32_t)(sizeof(struct whole) / sizeof(struct guard)))
static_assert(sizeof(struct whole) % sizeof(struct guard) == 0, "guards follow the head");

struct stack_wholes {
    uint64_t end;            /* units ever written */
    uint64_t places[PLACES]; /* the record of a pc and an sp: units written before it, + 1; 0:
                              * none */
    struct guard ring[UNITS];
};

static inline uint64_t *place_for(struct stack_wholes *all, uintptr_t pc, uintptr_t sp)
{
    uint64_t mixed = (sp ^ pc << 20) * UINT64_C(0x9fb21c651e98df25);
    return &all->places[(mixed >> 40) % PLACES];
}

static inline struct whole *whole_at(struct stack_wholes *all, uint64_t units)
{
    return (struct whole *)&all->ring[units % UNITS];
}

void stack_whole_keep(struct stack *stack, uint64_t stack_hash, uint32_t from, uint32_t count)
{
    struct stack_wholes *all = stack->wholes;
    uint32_t units = HEAD_UNITS + count;
    if (!all)
        all = stack->wholes = arena_alloc(sizeof *all, 64);
    if (!all || units > UNITS / 8)
        return;
    const struct known_frame *top = &stack->last_walk[stack->known - 1];
    if (UNITS - all->end % UNITS < units)
        all->end += UNITS - all->end % UNITS; /* no record goes round the end */
    uint64_t at = all->end;
    struct whole *whole = whole_at(all, at);
    /* From here on the overwritten records count as gone; the new one can be found only after the
     * last store below.  A handler that leaves by longjmp in between leaves no half record. */
    all->end += units;
    atomic_signal_fence(memory_order_seq_cst);
    whole->pc = top->pc;
    whole->sp = top->sp;
    whole->bp = top->bp;
    whole->stack_hash = stack_hash;
    whole->serial = stack->serial;
    whole->count = count;
    whole->needs_bp = top->needs_bp;
    whole->complete = stack->complete;
    guard_never(&whole->never);
    memcpy(whole + 1, &stack->guards[from + 1], count * sizeof(struct guard));
    atomic_signal_fence(memory_order_seq_cst);
    *place_for(all, top->pc, top->sp) = at + 1;
}

uint64_t stack_whole_recall(struct stack *stack, const struct unwind_start *start)
{
    struct stack_wholes *all = stack->wholes;
    uintptr_t pc = start->pc - 1;
    uint64_t place = *place_for(all, pc, start->sp);
    if (place == 0 || all->end - (place - 1) > UNITS)
        return 0;
    const struct whole *whole = whole_at(all, place - 1);
    if (whole->pc != pc || whole->sp != start->sp || whole->serial != stack->serial ||
        (whole->needs_bp && whole->bp != start->bp))
        return 0;
    if (guard_broken((const struct guard *)(whole + 1) + whole->count - 1) != &whole->never)
        return 0;
    stack->complete = whole->complete;
    return whole->stack_hash;
}
