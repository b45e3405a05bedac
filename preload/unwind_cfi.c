/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks a stack by cached .eh_frame rules.  The cache is direct-mapped and shared
 * by all threads without locks: an entry is {pc ^ rule ^ epoch, rule}, so that a
 * torn or stale one never matches.
 *
 * Most stacks share their outer part with the thread's stack before.  When the walk
 * reaches a frame with the same pc, sp and bp as then, what follows is decided by
 * the memory that walk read: if every return address and saved bp further out still
 * holds the same value, so does the rest of the stack.  That costs two loads a
 * frame instead of a rule and a table look-up.
 */
#include "preload/modules.h"
#include "preload/thread.h"
#include "preload/unwind.h"
#include "preload/unwind_cfi_rule.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#define RULES      8192u /* 128 KiB */
#define RED_ZONE   128u  /* a saved bp may lie this far below sp in an epilogue */
#define PAGE       4096u
#define ENTRY_ROOM 64u /* bytes between the entry point's sp and the stack's upper end */
/* Offsets in the kernel's signal frame, from the stack pointer in the restorer:
 * struct ucontext, then mcontext's gregs (arch/x86 sigcontext). */
#define SIGNAL_BP 120u
#define SIGNAL_SP 160u
#define SIGNAL_PC 168u

static struct {
    _Atomic uint64_t check;
    _Atomic uint64_t rule;
} rules[RULES];

static _Atomic uint64_t flushes;

void unwind_cfi_flush(void)
{
    atomic_fetch_add_explicit(&flushes, UINT64_C(0x9e3779b97f4a7c15), memory_order_release);
}

bool unwind_cfi_usable(void)
{
    return modules_lookup_usable();
}

static struct rule rule_at(uintptr_t pc, bool keep)
{
    uint64_t flush = atomic_load_explicit(&flushes, memory_order_acquire);
    uint32_t place = (uint32_t)((pc ^ pc >> 13) % RULES);
    uint64_t bits = atomic_load_explicit(&rules[place].rule, memory_order_relaxed);
    uint64_t check = atomic_load_explicit(&rules[place].check, memory_order_relaxed);
    struct rule rule;
    static_assert(sizeof rule == sizeof bits, "a rule is one word");
    if ((check ^ bits ^ flush) == pc) {
        memcpy(&rule, &bits, sizeof rule);
        return rule;
    }
    rule = rule_compute(pc);
    if (keep) {
        memcpy(&bits, &rule, sizeof bits);
        atomic_store_explicit(&rules[place].rule, bits, memory_order_relaxed);
        atomic_store_explicit(&rules[place].check, pc ^ bits ^ flush, memory_order_relaxed);
    }
    return rule;
}

struct walk {
    struct stack *stack;
    uintptr_t pc, sp, bp; /* pc for look-ups */
    uintptr_t bp_slot;
    uintptr_t low, high;               /* readable for certain: own stack */
    uintptr_t probed_low, probed_high; /* pages found readable in this walk */
    bool guessed;                      /* a frame was found by its bp alone */
};

/* Reads the word at `address` if that can be done safely. */
static bool load(struct walk *w, uintptr_t address, uintptr_t *value)
{
    if (address & 7)
        return false;
    if (address < w->low || address >= w->high) {
        if (address < w->probed_low || address >= w->probed_high) {
            if (address < PAGE || !thread_readable(address))
                return false;
            w->probed_low = address & ~(uintptr_t)(PAGE - 1);
            w->probed_high = w->probed_low + PAGE;
        }
        w->stack->reusable = false;
    }
    *value = *(const uintptr_t *)address;
    return true;
}

/* Do the outermost `count` frames of the stack before still hold? */
static bool unchanged(const struct frame *before, uint32_t count, uint32_t *differs)
{
    for (uint32_t i = count; i-- > 0;) {
        const struct frame *f = &before[i];
        if (*(const uintptr_t *)(f->sp - 8) != f->pc + 1 ||
            (f->bp_slot && *(const uintptr_t *)f->bp_slot != f->bp)) {
            *differs = i;
            return false;
        }
    }
    return true;
}

/* Is the current frame one of the stack before, with all outside it unchanged?
 * `candidates` frames of it are still in question. */
static bool joins(struct walk *w, uint32_t *candidates)
{
    const struct frame *before = w->stack->before;
    uint32_t n = *candidates, differs;
    while (n > 0 && before[n - 1].sp < w->sp)
        n--;
    *candidates = n;
    if (n == 0 || before[n - 1].sp != w->sp || before[n - 1].pc != w->pc ||
        before[n - 1].bp != w->bp)
        return false;
    if (unchanged(before, n - 1, &differs)) {
        w->stack->joint = n;
        return true;
    }
    *candidates = differs;
    return false;
}

/* To the interrupted frame; its pc is looked up as it is. */
static bool step_signal(struct walk *w)
{
    uintptr_t sp = w->sp, pc;
    w->stack->reusable = false;
    if (!load(w, sp + SIGNAL_PC, &pc) || !load(w, sp + SIGNAL_BP, &w->bp) ||
        !load(w, sp + SIGNAL_SP, &w->sp))
        return false;
    w->pc = pc;
    w->bp_slot = 0;
    return true;
}

/* No CFI: believe the frame pointer while it points up this stack. */
static bool step_guess(struct walk *w)
{
    uintptr_t bp = w->bp, pc, caller_bp;
    struct module_extent extent;
    if (w->sp <= w->high && w->high - w->sp < ENTRY_ROOM) {
        w->stack->complete = true; /* the loader's entry point: nothing lies above */
        return false;
    }
    w->stack->reusable = false;
    if (bp < w->sp || bp - w->sp > 1024 * 1024 || !load(w, bp, &caller_bp) ||
        !load(w, bp + 8, &pc) || pc < PAGE)
        return false;
    if (w->guessed && !modules_extent(pc - 1, &extent))
        return false;
    w->guessed = true;
    w->pc = pc - 1;
    w->sp = bp + 16;
    w->bp = caller_bp;
    w->bp_slot = 0;
    return true;
}

static bool step_cfa(struct walk *w, struct rule rule)
{
    uintptr_t cfa = (rule.from_bp ? w->bp : w->sp) + (uintptr_t)(intptr_t)rule.offset;
    uintptr_t pc, bp = w->bp, bp_slot = 0;
    if (rule.kind == RULE_DEREF) {
        w->stack->reusable = false;
        if (!load(w, cfa, &cfa))
            return false;
    }
    if (cfa <= w->sp || !load(w, cfa - 8, &pc))
        return false;
    if (rule.bp_kind != RULE_BP_SAME) {
        bp_slot =
            (rule.bp_kind == RULE_BP_CFA ? cfa : w->bp) + (uintptr_t)(intptr_t)rule.bp_offset * 8;
        if (bp_slot + RED_ZONE < w->sp || !load(w, bp_slot, &bp))
            return false;
        if (rule.bp_kind == RULE_BP_BP)
            w->stack->reusable = false;
    }
    w->pc = pc - 1;
    w->sp = cfa;
    w->bp = bp;
    w->bp_slot = bp_slot;
    if (pc == 0) /* how some runtimes end the stacks they make */
        w->stack->complete = true;
    return pc >= PAGE;
}

/* One frame outwards; false: the walk is over. */
static bool step(struct walk *w)
{
    struct rule rule = rule_at(w->pc, !w->guessed);
    switch (rule.kind) {
    case RULE_CFA:
    case RULE_DEREF:
        return step_cfa(w, rule);
    case RULE_SIGNAL:
        return step_signal(w);
    case RULE_END:
        w->stack->complete = true;
        return false;
    default:
        return step_guess(w);
    }
}

void unwind_cfi(struct stack *stack, const struct unwind_start *start)
{
    struct walk w = {.stack = stack, .pc = start->pc - 1, .sp = start->sp, .bp = start->bp};
    stack->count = 0;
    stack->joint = 0;
    stack->complete = false;
    stack->reusable = thread_stack_covers(start->sp);
    w.low = stack->reusable ? start->sp - RED_ZONE : thread.stack_low;
    w.high = thread.stack_high;
    uint32_t candidates = stack->reusable && stack->epoch == modules_epoch() ? stack->known : 0;
    do {
        if (candidates && joins(&w, &candidates)) {
            stack->complete = true;
            return;
        }
        if (stack->count == stack->depth)
            break;
        stack->above[stack->count++] = (struct frame){w.pc, w.sp, w.bp, w.bp_slot};
    } while (step(&w));
    stack->reusable &= stack->complete;
}
