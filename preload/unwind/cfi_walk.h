/* SPDX-License-Identifier: Apache-2.0
 *
 * One walk by unwind tables: where it is, what it may read, and its rare steps (out of a signal
 * handler, and where there are no tables).
 */
#ifndef MEMPROF_UNWIND_CFI_WALK_H
#define MEMPROF_UNWIND_CFI_WALK_H

#include "preload/unwind/cfi_rules.h"
#include "preload/unwind/stack.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define CFI_PAGE       4096u /* what is asked about at once; no kernel's pages are smaller */
#define CFI_ASKED_MOST 4u    /* no step reads more words */

struct walk {
    struct stack *stack;
    uintptr_t pc, sp, bp; /* pc for look-ups */
    struct arch_return from;
    uintptr_t bp_slot;
    uintptr_t link; /* the interrupted frame's return address, where that is in a register; 0: it
                     * is not known */
    uintptr_t low, high;             /* known to be readable, in this walk */
    uintptr_t own_low, own_high;     /* the thread's own stack, which is always readable */
    uintptr_t asked[CFI_ASKED_MOST]; /* words of this step that the kernel was asked about */
    uint32_t asked_count;
    bool sp_known;        /* else this frame's sp may lie further up */
    bool guessed;         /* a frame was found by its bp alone */
    uintptr_t rejoins_at; /* frame pointers below this lead up to it, and it leads to a module's
                           * code */
};

static inline uint64_t reader_of(const struct walk *w)
{
    return w->pc ^ atomic_load_explicit(&cfi_flushes, memory_order_acquire);
}

/* Reads a word outside of what is known to be readable; after that its page is known, too. */
bool cfi_load_foreign(struct walk *w, uintptr_t address, uintptr_t *value);

/* Called after a step for which the kernel was asked about words.  `proves`: the return address
 * found is a true one, so the same frame need not ask again (cfi_foreign.h). */
__attribute__((cold)) void cfi_settle(struct walk *w, uint64_t reader, bool proves);

/* Reads the word at `address` if that can be done safely. */
static inline bool cfi_load(struct walk *w, uintptr_t address, uintptr_t *value)
{
    if (__builtin_expect(address < w->low || address >= w->high || address & 7, 0))
        return cfi_load_foreign(w, address, value);
    *value = *(const uintptr_t *)address;
    return true;
}

/* Steps out of a signal handler to the interrupted frame, whose pc is looked up as it is: it is no
 * return address. */
__attribute__((cold)) bool cfi_step_signal(struct walk *w);

/* Steps without CFI: believes the frame pointer while it points up this stack. */
__attribute__((cold)) bool cfi_step_guess(struct walk *w);

#endif
