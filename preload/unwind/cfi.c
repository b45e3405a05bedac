/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks a stack by cached .eh_frame rules.  The cache is direct-mapped and shared
 * by all threads without locks: an entry is {pc ^ mixed rule ^ flushes, rule}, so that a torn or
 * stale one matches no existing pc.  (Without the mixing, the halves of two rules that
 * differ in a few bits matched a third pc of the same index.)
 *
 * Most stacks share their outer part with the last stack of the thread (stack.h).  When the walk
 * reaches a frame with the same pc, sp and bp as then, the rest depends only on the words that
 * the last walk read: if every return address and saved bp further out still has the same value,
 * the rest of the stack is the same: two loads a frame, not a rule and a table look-up.
 */
#include "preload/process/module_extent.h"
#include "preload/process/thread.h"
#include "preload/unwind/cfi_foreign.h"
#include "preload/unwind/cfi_rule.h"
#include "preload/unwind/unwind.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#define RULES      8192u /* 128 KiB */
#define RED_ZONE   128u  /* a saved bp may lie this far below sp in an epilogue */
#define PAGE       4096u
#define ASKED_MOST 4u              /* no step reads more words */
#define GUESS_MOST (1024u * 1024u) /* bytes from one frame to the next without CFI */
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

static inline uint64_t mixed(uint64_t rule_bits)
{
    return rule_bits * UINT64_C(0xd6e8feb86659fd93);
}

void unwind_cfi_flush(void)
{
    atomic_fetch_add_explicit(&flushes, UINT64_C(0x9e3779b97f4a7c15), memory_order_release);
}

bool unwind_cfi_usable(void)
{
    return module_extents_usable();
}

static inline uint32_t place_of(uintptr_t pc)
{
    return (uint32_t)((pc ^ pc >> 13) % RULES);
}

static __attribute__((noinline, cold)) struct rule learn(uintptr_t pc, bool keep)
{
    uint64_t flush = atomic_load_explicit(&flushes, memory_order_acquire), bits;
    struct rule rule = rule_compute(pc);
    if (keep) {
        memcpy(&bits, &rule, sizeof bits);
        atomic_store_explicit(&rules[place_of(pc)].rule, bits, memory_order_relaxed);
        atomic_store_explicit(&rules[place_of(pc)].check, pc ^ mixed(bits) ^ flush,
                              memory_order_relaxed);
    }
    return rule;
}

static inline struct rule rule_at(uintptr_t pc, bool keep)
{
    struct rule rule;
    static_assert(sizeof rule == sizeof(uint64_t), "a rule is one word");
    uint64_t flush = atomic_load_explicit(&flushes, memory_order_acquire);
    uint64_t bits = atomic_load_explicit(&rules[place_of(pc)].rule, memory_order_relaxed);
    uint64_t check = atomic_load_explicit(&rules[place_of(pc)].check, memory_order_relaxed);
    if (__builtin_expect((check ^ mixed(bits) ^ flush) != pc, 0))
        return learn(pc, keep);
    memcpy(&rule, &bits, sizeof rule);
    return rule;
}

struct walk {
    struct stack *stack;
    uintptr_t pc, sp, bp; /* pc for look-ups */
    uintptr_t bp_slot;
    uintptr_t low, high;         /* known to be readable, in this walk */
    uintptr_t own_low, own_high; /* the thread's own stack, which is always readable */
    uintptr_t asked[ASKED_MOST]; /* words of this step that the kernel was asked about */
    uint32_t asked_count;
    bool guessed;         /* a frame was found by its bp alone */
    uintptr_t rejoins_at; /* frame pointers below this lead up to it, and it leads to a module's
                           * code */
};

static inline uint64_t reader_of(const struct walk *w)
{
    return w->pc ^ atomic_load_explicit(&flushes, memory_order_acquire);
}

/* Reads a word outside of what is known to be readable; after that its page is known, too. */
static __attribute__((noinline)) bool load_foreign(struct walk *w, uintptr_t address,
                                                   uintptr_t *value)
{
    uintptr_t page = address & ~(uintptr_t)(PAGE - 1);
    if (address & 7 || page == 0) {
        w->stack->reusable = false;
        return false;
    }
    if (address >= w->own_low && address < w->own_high) {
        w->low = w->own_low;
        w->high = w->own_high;
    } else {
        if (!foreign_known(address, reader_of(w))) {
            if (w->asked_count == ASKED_MOST || !thread_readable(address)) {
                w->stack->reusable = false;
                return false;
            }
            w->asked[w->asked_count++] = address;
        }
        w->low = page == w->high ? w->low : page;
        w->high = page + PAGE;
    }
    *value = *(const uintptr_t *)address;
    return true;
}

/* Called after a step for which the kernel was asked about words.  `proves`: the return address
 * found is a true one, so the same frame need not ask again (cfi_foreign.h). */
static __attribute__((noinline, cold)) void settle(struct walk *w, uint64_t reader, bool proves)
{
    if (!w->guessed && proves)
        for (uint32_t i = 0; i < w->asked_count; i++)
            foreign_learn(w->asked[i], reader);
    else
        w->stack->reusable = false;
    w->asked_count = 0;
}

/* Reads the word at `address` if that can be done safely. */
static inline bool load(struct walk *w, uintptr_t address, uintptr_t *value)
{
    if (__builtin_expect(address < w->low || address >= w->high || address & 7, 0))
        return load_foreign(w, address, value);
    *value = *(const uintptr_t *)address;
    return true;
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

/* Steps to the interrupted frame, whose pc is looked up as it is: it is no return address. */
static __attribute__((noinline, cold)) bool step_signal(struct walk *w)
{
    uintptr_t sp = w->sp, pc;
    uint64_t reader = reader_of(w);
    w->stack->reusable = false;
    w->stack->frames[w->stack->count - 1].bp_use = FRAME_WAS_INTERRUPTED;
    if (!load(w, sp + SIGNAL_PC, &pc) || !load(w, sp + SIGNAL_BP, &w->bp) ||
        !load(w, sp + SIGNAL_SP, &w->sp))
        return false;
    if (w->asked_count)
        settle(w, reader, foreign_is_code(pc)); /* the kernel needs these words to go on there */
    w->pc = pc;
    w->bp_slot = 0;
    return true;
}

/* Do the frame pointers from `bp` on, whose frame's caller is `pc`, lead to code of a module?
 * That tells frames of generated code (a JIT's), of which many follow each other, from a
 * register that holds something else. */
static __attribute__((noinline, cold)) bool rejoins_module(struct walk *w, uintptr_t bp,
                                                           uintptr_t pc)
{
    struct module_extent extent;
    for (uint32_t links = 0; links < w->stack->depth; links++) {
        uintptr_t outer;
        if (module_extent_find(pc - 1, &extent)) {
            w->rejoins_at = bp;
            return true;
        }
        if (pc < PAGE || (pc >= w->own_low && pc < w->own_high) || !thread_readable(pc - 1))
            return false;
        w->asked_count = 0;
        if (!load(w, bp, &outer) || outer <= bp || outer - bp > GUESS_MOST ||
            !load(w, outer + 8, &pc))
            return false;
        bp = outer;
    }
    return false;
}

/* Without CFI: believes the frame pointer while it points up this stack. */
static __attribute__((noinline, cold)) bool step_guess(struct walk *w)
{
    uintptr_t bp = w->bp, pc, caller_bp;
    if (w->sp <= w->own_high && w->own_high - w->sp < ENTRY_ROOM) {
        w->stack->complete = true; /* the loader's entry point: nothing lies above */
        return false;
    }
    w->stack->frames[w->stack->count - 1].bp_use = FRAME_USES_BP;
    if (bp < w->sp || bp - w->sp > GUESS_MOST)
        return false; /* the walk ends by registers alone, so it can be remembered */
    w->stack->reusable = false;
    if (!load(w, bp, &caller_bp) || !load(w, bp + 8, &pc) || pc < PAGE)
        return false;
    w->asked_count = 0;
    if (w->guessed && bp >= w->rejoins_at && !rejoins_module(w, bp, pc))
        return false;
    w->guessed = true;
    w->pc = pc - 1;
    w->sp = bp + 16;
    w->bp = caller_bp;
    w->bp_slot = 0;
    return true;
}

static inline enum frame_bp bp_use_of(struct rule rule)
{
    if (rule.from_bp)
        return FRAME_USES_BP;
    return rule.bp_kind == RULE_BP_SAME ? FRAME_PASSES_BP : FRAME_IGNORES_BP;
}

static inline bool step_cfa(struct walk *w, struct rule rule)
{
    uintptr_t cfa = (rule.from_bp ? w->bp : w->sp) + (uintptr_t)(intptr_t)rule.offset;
    uintptr_t pc, bp = w->bp, bp_slot = 0;
    uint64_t reader = reader_of(w);
    w->stack->frames[w->stack->count - 1].bp_use = bp_use_of(rule);
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
    if (w->asked_count)
        settle(w, reader, foreign_is_return(pc, cfa));
    w->pc = pc - 1;
    w->sp = cfa;
    w->bp = bp;
    w->bp_slot = bp_slot;
    if (pc == 0) /* how some runtimes end the stacks they make */
        w->stack->complete = true;
    else if (pc < PAGE)
        w->stack->reusable = false; /* no guard covers that word */
    return pc >= PAGE;
}

/* One frame outwards; false: the walk is over. */
static inline bool step(struct walk *w)
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

/* Walks over the usual frames: those with a cached rule that finds the CFA by a register, and
 * whose words are known to be readable.  Everything stays in registers here.  True: the walk
 * joined the last one. */
static inline bool walk_usual(struct walk *w, uint32_t *candidates)
{
    struct stack *stack = w->stack;
    uintptr_t pc = w->pc, sp = w->sp, bp = w->bp, bp_slot = w->bp_slot, low = w->low;
    uintptr_t high = w->high, room = high - 16 - low;
    uint64_t flush = atomic_load_explicit(&flushes, memory_order_acquire);
    struct frame *top = stack->frames + stack->count, *end = stack->frames + stack->most;
    uintptr_t candidate = 0; /* where the innermost one lies: no frame further in can be it */
    while (top < end) {
        if (sp >= candidate) {
            if (*candidates && joins(stack, pc, sp, bp, top, candidates))
                break;
            candidate = *candidates ? stack->last_walk[*candidates - 1].sp : UINTPTR_MAX;
        }
        struct rule rule;
        uint64_t bits = atomic_load_explicit(&rules[place_of(pc)].rule, memory_order_relaxed);
        uint64_t check = atomic_load_explicit(&rules[place_of(pc)].check, memory_order_relaxed);
        memcpy(&rule, &bits, sizeof rule);
        uintptr_t cfa = (rule.from_bp ? bp : sp) + (uintptr_t)(intptr_t)rule.offset;
        if ((check ^ mixed(bits) ^ flush) != pc || rule.kind != RULE_CFA || cfa <= sp ||
            cfa > high || cfa & 7 || rule.bp_kind > RULE_BP_CFA)
            break;
        uintptr_t caller = *(const uintptr_t *)(cfa - 8);
        uintptr_t slot = cfa + (uintptr_t)(intptr_t)rule.bp_offset * 8;
        if (caller < PAGE || (rule.bp_kind == RULE_BP_CFA && slot - low > room))
            break;
        *top = (struct frame){.pc = pc, .sp = sp, .bp = bp, .bp_slot = bp_slot};
        top->bp_use = bp_use_of(rule);
        if (rule.bp_kind == RULE_BP_CFA)
            bp = *(const uintptr_t *)slot;
        bp_slot = rule.bp_kind == RULE_BP_CFA ? slot : 0;
        top++;
        pc = caller - 1;
        sp = cfa;
    }
    stack->count = (uint32_t)(top - stack->frames);
    w->pc = pc;
    w->sp = sp;
    w->bp = bp;
    w->bp_slot = bp_slot;
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
    w->bp_slot = 0;
    w->own_low = own ? start->sp - RED_ZONE : thread.stack_low;
    w->own_high = thread.stack_high;
    w->low = own ? w->own_low : (start->sp - 8) & ~(uintptr_t)(PAGE - 1);
    w->high = own ? w->own_high : w->low + PAGE;
    w->asked_count = 0;
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
        stack->frames[stack->count++] =
            (struct frame){.pc = w.pc, .sp = w.sp, .bp = w.bp, .bp_slot = w.bp_slot};
    } while (step(&w));
    if (!stack->reusable && stack->count > stack->depth) {
        stack->count = stack->depth;
        stack->complete = false;
    }
}
