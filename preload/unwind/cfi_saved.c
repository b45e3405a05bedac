/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/module_extent.h"
#include "preload/unwind/cfi_rules.h"
#include "preload/unwind/saved_registers.h"

uint8_t saved_registers(uintptr_t pc)
{
    return __builtin_expect(module_extents_usable(), 1) ? cfi_rule_at(pc, true).saved : 0;
}
