/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks a stack by cached .eh_frame rules (cfi_rules.h).
 *
 * Most stacks share their outer part with the last stack of the thread (stack.h).  When the walk
 * reaches a frame with the same pc, sp and bp as then, the rest depends only on the words that
 * the last walk read: if every return address and saved bp further out still has the same value,
 * the rest of the stack is the same: two loads a frame, not a rule and a table look-up.
 */
#include "preload/process/module_extent.h"
#include "preload/process/thread.h"
#include "preload/unwind/cfi_foreign.h"
#include "preload/unwind/cfi_rules.h"
#include "preload/unwind/cfi_walk.h"
#include "preload/unwind/unwind.h"

#include <stdatomic.h>
#include <string.h>

bool unwind_cfi_usable(void)
{
    return module_extents_usable();
}

/* Guard `differs` does not hold: the frames of the last walk that depend on it, and all inside
 * them, have changed.  How many of `n` remain candidates for a join? */
static uint32_t still_candidates(const struct stack *stack, uint32_t n, uint32_t differs)
{
    while (n > 0 && stack->last_walk[n - 1].guards >= differs)
        n--;
    return n;
}

/* Is {pc, sp, bp} a frame of the last walk, with everything outside it unchanged?  The outermost
 * `*candidates` frames of that walk may still match; `here` is where the new frame will be kept. */
static inline bool joins(struct stack *stack, uintptr_t pc, uintptr_t sp, uintptr_t bp,
                         const struct frame *here, uint32_t *candidates)
{
    const struct known_frame *top = stack->last_walk + *candidates - 1;
    while (top >= stack->last_walk && top->sp < sp)
        top--;
    *candidates = (uint32_t)(top + 1 - stack->last_walk);
    if (*candidates == 0 || top->sp != sp || top->pc != pc || (top->needs_bp && top->bp != bp))
        return false;
    uint32_t differs = stack_confirm(stack, *candidates, (uint32_t)(here - stack->frames));
    if (differs == 0) {
        stack->join = *candidates;
        return true;
    }
    *candidates = differs == STACK_TOO_SHORT ? 0 : still_candidates(stack, *candidates, differs);
    return false;
}

static inline enum frame_bp bp_use_of(struct rule rule)
{
    if (rule.from_bp)
        return FRAME_USES_BP;
    return rule.bp_kind == RULE_BP_SAME ? FRAME_PASSES_BP : FRAME_IGNORES_BP;
}

/* The CFA of a frame whose sp is not known follows from where the frame pointer points. */
static bool find_sp(struct walk *w, struct rule rule)
{
    if (rule.bp_kind != RULE_BP_CFA)
        return false;
    w->sp = w->bp - arch_bp_place(rule, 0) - arch_rule_offset(rule);
    w->sp_known = true;
    return true;
}

static inline bool step_cfa(struct walk *w, struct rule rule)
{
    bool linked = ARCH_RETURN_LINKED && rule.kind == RULE_LINK;
    if (!ARCH_GUESS_GIVES_SP && !w->sp_known && !rule.from_bp && !find_sp(w, rule))
        return false;
    uintptr_t cfa = (rule.from_bp ? w->bp : w->sp) + arch_rule_offset(rule);
    uintptr_t pc, slot = 0, word = w->link, bp = w->bp, bp_slot = 0;
    uint64_t reader = reader_of(w);
    w->stack->frames[w->stack->count - 1].bp_use = bp_use_of(rule);
    if (rule.kind == RULE_DEREF) {
        w->stack->reusable = false;
        if (!cfi_load(w, cfa, &cfa))
            return false;
    }
    if (linked ? cfa < w->sp || word == 0 : cfa <= w->sp)
        return false;
    if (!linked) {
        slot = arch_return_place(rule, cfa);
        if (!cfi_load(w, slot, &word))
            return false;
    }
    pc = arch_return_address(word);
    if (rule.bp_kind != RULE_BP_SAME) {
        bp_slot = arch_bp_place(rule, rule.bp_kind == RULE_BP_CFA ? cfa : w->bp);
        if (bp_slot + ARCH_RED_ZONE < w->sp || !cfi_load(w, bp_slot, &bp))
            return false;
        if (rule.bp_kind == RULE_BP_BP)
            w->stack->reusable = false;
    }
    if (w->asked_count)
        cfi_settle(w, reader, foreign_is_return(pc, cfa));
    w->pc = pc - 1;
    w->from = arch_return_from(slot, word);
    w->link = 0;
    w->sp = cfa;
    w->sp_known = true;
    w->bp = bp;
    w->bp_slot = bp_slot;
    if (pc == 0) /* how some runtimes end the stacks they make */
        w->stack->complete = true;
    else if (pc < CFI_PAGE)
        w->stack->reusable = false; /* no guard covers that word */
    return pc >= CFI_PAGE;
}

/* One frame outwards; false: the walk is over. */
static inline bool step(struct walk *w)
{
    struct rule rule = cfi_rule_at(w->pc, !w->guessed);
    switch (rule.kind) {
    case RULE_CFA:
    case RULE_DEREF:
    case RULE_LINK:
        return step_cfa(w, rule);
    case RULE_SIGNAL:
        return cfi_step_signal(w);
    case RULE_END:
        w->stack->complete = true;
        return false;
    default:
        return cfi_step_guess(w);
    }
}

/* Walks over the usual frames: those with a cached rule that finds the CFA by a register, and
 * whose words are known to be readable.  Everything stays in registers here.  True: the walk
 * joined the last one. */
static inline bool walk_usual(struct walk *w, uint32_t *candidates)
{
    struct stack *stack = w->stack;
    uintptr_t pc = w->pc, sp = w->sp, bp = w->bp, bp_slot = w->bp_slot, low = w->low;
    uintptr_t high = w->high, room = high - 16 - low;
    uint64_t flush = atomic_load_explicit(&cfi_flushes, memory_order_acquire);
    struct frame *top = stack->frames + stack->count, *end = stack->frames + stack->most;
    struct arch_return from = w->from;
    uintptr_t candidate = 0; /* where the innermost one lies: no frame further in can be it */
    while (top < end) {
        if (sp >= candidate) {
            if (*candidates && joins(stack, pc, sp, bp, top, candidates)) {
                if (!ARCH_RETURN_FIXED)
                    stack_rejoin(stack, stack->join, from);
                break;
            }
            candidate = *candidates ? stack->last_walk[*candidates - 1].sp : UINTPTR_MAX;
        }
        struct rule rule;
        const struct cfi_kept_rule *kept = cfi_rule_kept(pc);
        uint64_t bits = atomic_load_explicit(&kept->rule, memory_order_relaxed);
        uint64_t check = atomic_load_explicit(&kept->check, memory_order_relaxed);
        memcpy(&rule, &bits, sizeof rule);
        uintptr_t cfa = (rule.from_bp ? bp : sp) + arch_rule_offset(rule);
        if ((check ^ cfi_rule_mixed(bits) ^ flush) != pc || rule.kind != RULE_CFA || cfa <= sp ||
            cfa > high || cfa & 7 || rule.bp_kind > RULE_BP_CFA ||
            !arch_return_covered(rule, cfa, low, room))
            break;
        uintptr_t return_slot = arch_return_place(rule, cfa);
        uintptr_t word = *(const uintptr_t *)return_slot, caller = arch_return_address(word);
        uintptr_t slot = arch_bp_place(rule, cfa);
        if (caller < CFI_PAGE || (rule.bp_kind == RULE_BP_CFA && slot - low > room))
            break;
        *top = (struct frame){.pc = pc, .sp = sp, .bp = bp, .bp_slot = bp_slot, .from = from};
        top->bp_use = bp_use_of(rule);
        if (rule.bp_kind == RULE_BP_CFA)
            bp = *(const uintptr_t *)slot;
        bp_slot = rule.bp_kind == RULE_BP_CFA ? slot : 0;
        top++;
        pc = caller - 1;
        sp = cfa;
        from = arch_return_from(return_slot, word);
    }
    stack->count = (uint32_t)(top - stack->frames);
    w->pc = pc;
    w->sp = sp;
    w->bp = bp;
    w->bp_slot = bp_slot;
    w->from = from;
    return stack->join != 0;
}

/* The walk begins on the thread's own stack, or else in the page into which the return address of
 * the allocation function was just written. */
static void begin_walk(struct walk *w, struct stack *stack, const struct unwind_start *start)
{
    bool own = thread_stack_covers(start->sp);
    w->stack = stack;
    w->pc = start->pc - 1;
    w->sp = start->sp;
    w->bp = start->bp;
    w->from = start->from;
    w->bp_slot = 0;
    w->link = 0;
    w->own_low = own ? start->sp - ARCH_RED_ZONE : thread.stack_low;
    w->own_high = thread.stack_high;
    w->low =
        own ? w->own_low : arch_just_written(start->sp, start->from) & ~(uintptr_t)(CFI_PAGE - 1);
    w->high = own ? w->own_high : w->low + CFI_PAGE;
    w->asked_count = 0;
    w->sp_known = true;
    w->guessed = false;
    w->rejoins_at = 0;
    stack->count = 0;
    stack->join = 0;
    stack->complete = false;
    stack->open = false;
    stack->reusable = true;
}

void unwind_cfi(struct stack *stack, const struct unwind_start *start)
{
    struct walk w;
    begin_walk(&w, stack, start);
    uint32_t candidates = stack->known;
    do {
        if (stack->reusable && walk_usual(&w, &candidates)) {
            stack->complete = stack->last_complete;
            stack->open = stack->last_open;
            return;
        }
        if (stack->count >= (stack->reusable ? stack->most : stack->depth)) {
            stack->open = true;
            break;
        }
        stack->frames[stack->count++] = (struct frame){
            .pc = w.pc, .sp = w.sp, .bp = w.bp, .bp_slot = w.bp_slot, .from = w.from};
    } while (step(&w));
    if (!stack->reusable && stack->count > stack->depth) {
        stack->count = stack->depth;
        stack->complete = false;
    }
}
