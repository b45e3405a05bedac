/* SPDX-License-Identifier: Apache-2.0
 *
 * Which file a pc belonged to when it was recorded.  After a dlclose every module is looked at
 * again before it is trusted: another one may lie at its address.
 */
#ifndef MEMPROF_MODULES_H
#define MEMPROF_MODULES_H

#include "preload/base/hidden.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Counts unload_epoch; what was learned under another unload_epoch is to be checked. */
extern HIDDEN _Atomic uint32_t modules_unload_epoch_now;
static inline uint32_t modules_unload_epoch(void)
{
    return atomic_load_explicit(&modules_unload_epoch_now, memory_order_acquire);
}

/* A library was closed. */
void modules_invalidate(void);

/* Index of the module that contains pc; 0: none. */
uint32_t modules_find(uintptr_t pc);

/* Enters the program, which readers of a profile expect to be the first module. */
void modules_begin(void);

/* Is pc in libc? */
bool modules_in_libc(uintptr_t pc);

/* Is pc in this library? */
bool modules_own(uintptr_t pc);

/* Is `module` still what pc belongs to? */
bool modules_current(uint32_t module, uintptr_t pc);

/* Before anything is looked up. */
void modules_init(void);

#endif
