/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/module_extent.h"
#include "preload/unwind/cfi_rule.h"
#include "preload/unwind/saved_registers.h"

#include <stdatomic.h>

#define MASKS 8192u /* 64 KiB, of which the pages in use are resident */

static _Atomic uint64_t masks[MASKS]; /* a hash of the pc << 8 | mask */

uint8_t saved_registers(uintptr_t pc, uint32_t unload_epoch)
{
    uint64_t hash = (pc ^ (uint64_t)unload_epoch << 48) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= hash >> 32;
    _Atomic uint64_t *kept = &masks[hash % MASKS];
    uint64_t known = atomic_load_explicit(kept, memory_order_relaxed);
    if (__builtin_expect((known ^ hash << 8) >> 8 == 0, 1))
        return (uint8_t)known;
    uint8_t mask = module_extents_usable() ? rule_compute(pc).saved : 0;
    atomic_store_explicit(kept, hash << 8 | mask, memory_order_relaxed);
    return mask;
}
