/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/choose.h"

/* All but the first of unwind_chosen(). */
void unwind_chosen_slow(struct stack *stack, const struct unwind_start *start)
{
    switch (config.unwinder) {
    case STATE_UNWIND_DIFF:
        unwind_cfi(stack, start);
        break;
    case STATE_UNWIND_FP:
        unwind_fp(stack, start);
        break;
    default:
        unwind_libunwind(stack, start);
    }
}
