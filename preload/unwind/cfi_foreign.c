/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/cfi_foreign.h"
#include "arch_frames.h"
#include "preload/process/module_extent.h"
#include "preload/unwind/cfi_rule.h"

_Atomic uint64_t foreign_words[FOREIGN_WORDS];

static bool follows_call(uintptr_t pc)
{
    struct module_extent extent;
    return module_extent_find(pc - 1, &extent) &&
           module_extent_readable_to(&extent, pc - ARCH_CALL_MOST) >= pc &&
           arch_ends_call((const uint8_t *)pc);
}

bool foreign_is_return(uintptr_t pc, uintptr_t cfa)
{
    if (cfa % 16)
        return false;
    struct rule rule = rule_compute(pc - 1);
    return rule.kind == RULE_NONE ? rule_begins(pc) : rule.kind == RULE_SIGNAL || follows_call(pc);
}

bool foreign_is_code(uintptr_t pc)
{
    return rule_compute(pc).kind != RULE_NONE;
}
