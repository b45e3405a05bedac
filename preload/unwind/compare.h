/* SPDX-License-Identifier: Apache-2.0
 *
 * The differential mode (MEMPROF_UNWIND=diff), for tests: each stack that our unwinder found
 * is walked by libunwind, too.  The state counts both; of two that differ it keeps the nodes.
 * What is compared is what was recorded, so this stands above sites and contexts, and nothing
 * of these knows it.
 */
#ifndef MEMPROF_COMPARE_H
#define MEMPROF_COMPARE_H

#include "preload/unwind/unwind.h"

#include <stdint.h>

/* `stack` was recorded as that of `site`; `caller` is where it begins.  Compares nothing until
 * libunwind is loaded. */
__attribute__((cold)) void unwind_compare(const struct stack *stack, uint32_t site,
                                          const struct unwind_start *caller);

#endif
