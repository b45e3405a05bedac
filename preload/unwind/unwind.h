/* SPDX-License-Identifier: Apache-2.0
 *
 * From a caller's registers to a stack.  Three implementations: cfi (ours, over
 * .eh_frame), fp (frame pointers), libunwind.  None locks, allocates or
 * (but for libunwind) makes a system call on the usual path.
 */
#ifndef MEMPROF_UNWIND_H
#define MEMPROF_UNWIND_H

#include "preload/unwind/stack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fills `frames`, `count`, `join`, `complete`, `reusable`.  Signal-safe. */
typedef void unwind_fn(struct stack *stack, const struct unwind_start *start);
unwind_fn unwind_cfi, unwind_fp, unwind_libunwind;

/* True if the loader gives the cfi unwinder what it needs. */
bool unwind_cfi_usable(void);

/* Loads libunwind and tries it; NULL, or why it cannot be used.  Before that, unwind_libunwind()
 * has the stack from whom unwind_without_libunwind() names (enum state_unwinder). */
const char *unwind_libunwind_init(void);
bool unwind_libunwind_loaded(void);
uint32_t unwind_without_libunwind(void);

/* Forgets what was learned of code that may be gone (after a dlclose). */
void unwind_cfi_flush(void);

#endif
