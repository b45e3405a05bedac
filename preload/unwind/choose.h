/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of the unwinders walks a stack: the one that config.unwinder names.
 */
#ifndef MEMPROF_CHOOSE_H
#define MEMPROF_CHOOSE_H

#include "preload/process/config.h"
#include "preload/state.h"
#include "preload/unwind/unwind.h"

__attribute__((cold)) void unwind_chosen_slow(struct stack *stack,
                                              const struct unwind_start *start);

/* Walks the stack that begins at `start`.  Any thread, signal handlers too. */
static inline void unwind_chosen(struct stack *stack, const struct unwind_start *start)
{
    if (__builtin_expect(config.unwinder == STATE_UNWIND_CFI, 1)) {
        unwind_cfi(stack, start);
        return;
    }
    unwind_chosen_slow(stack, start);
}

#endif
