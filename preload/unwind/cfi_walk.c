/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/cfi_walk.h"
#include "preload/process/module_extent.h"
#include "preload/process/thread.h"
#include "preload/unwind/cfi_foreign.h"
#include "preload/unwind/signal_return.h"

#define GUESS_MOST (1024u * 1024u) /* bytes from one frame to the next without CFI */
#define ENTRY_ROOM 64u /* bytes between the entry point's sp and the stack's upper end */

bool cfi_load_foreign(struct walk *w, uintptr_t address, uintptr_t *value)
{
    uintptr_t page = address & ~(uintptr_t)(CFI_PAGE - 1);
    if (address & 7 || page == 0) {
        w->stack->reusable = false;
        return false;
    }
    if (address >= w->own_low && address < w->own_high) {
        w->low = w->own_low;
        w->high = w->own_high;
    } else {
        if (!foreign_known(address, reader_of(w))) {
            if (w->asked_count == CFI_ASKED_MOST || !thread_readable(address)) {
                w->stack->reusable = false;
                return false;
            }
            w->asked[w->asked_count++] = address;
        }
        w->low = page == w->high ? w->low : page;
        w->high = page + CFI_PAGE;
    }
    *value = *(const uintptr_t *)address;
    return true;
}

void cfi_settle(struct walk *w, uint64_t reader, bool proves)
{
    if (!w->guessed && proves)
        for (uint32_t i = 0; i < w->asked_count; i++)
            foreign_learn(w->asked[i], reader);
    else
        w->stack->reusable = false;
    w->asked_count = 0;
}

bool cfi_step_signal(struct walk *w)
{
    uintptr_t sp = w->sp, pc, link = 0;
    uint64_t reader = reader_of(w);
    w->stack->reusable = false;
    w->stack->frames[w->stack->count - 1].bp_use = FRAME_WAS_INTERRUPTED;
    if (!cfi_load(w, sp + ARCH_SIGNAL_PC, &pc) || !cfi_load(w, sp + ARCH_SIGNAL_BP, &w->bp) ||
        !cfi_load(w, sp + ARCH_SIGNAL_SP, &w->sp) ||
        (ARCH_SIGNAL_LINK && !cfi_load(w, sp + ARCH_SIGNAL_LINK, &link)))
        return false;
    if (w->asked_count)
        cfi_settle(w, reader, foreign_is_code(pc)); /* the kernel needs these words to go on */
    w->pc = pc;
    w->link = arch_return_address(link);
    w->from = arch_return_from(0, 0);
    w->bp_slot = 0;
    w->sp_known = true;
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
        if (pc < CFI_PAGE || (pc >= w->own_low && pc < w->own_high) || !thread_readable(pc - 1))
            return false;
        w->asked_count = 0;
        if (!cfi_load(w, bp, &outer) || outer <= bp || outer - bp > GUESS_MOST ||
            !cfi_load(w, outer + 8, &pc))
            return false;
        pc = arch_return_address(pc);
        bp = outer;
    }
    return false;
}

bool cfi_step_guess(struct walk *w)
{
    uintptr_t bp = w->bp, pc, word, caller_bp;
    if (w->sp_known && is_signal_return(w->pc + 1))
        return cfi_step_signal(w);
    if (w->sp <= w->own_high && w->own_high - w->sp < ENTRY_ROOM) {
        w->stack->complete = true; /* the loader's entry point: nothing lies above */
        return false;
    }
    w->stack->frames[w->stack->count - 1].bp_use = FRAME_USES_BP;
    if (bp < w->sp || bp - w->sp > GUESS_MOST)
        return false; /* the walk ends by registers alone, so it can be remembered */
    w->stack->reusable = false;
    if (!cfi_load(w, bp, &caller_bp) || !cfi_load(w, bp + 8, &word))
        return false;
    w->asked_count = 0;
    pc = arch_return_address(word);
    if (pc < CFI_PAGE)
        return false;
    if (w->guessed && bp >= w->rejoins_at && !rejoins_module(w, bp, pc))
        return false;
    w->guessed = true;
    w->pc = pc - 1;
    w->from = arch_return_from(bp + 8, word);
    w->link = 0;
    w->sp = bp + 16;
    w->sp_known = ARCH_GUESS_GIVES_SP;
    w->bp = caller_bp;
    w->bp_slot = 0;
    return true;
}
