/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/cfi_foreign.h"
#include "preload/process/module_extent.h"
#include "preload/unwind/cfi_rule.h"

#include <stddef.h>

_Atomic uint64_t foreign_words[FOREIGN_WORDS];

/* A call before `pc`: of a displacement, or of a register or a word in memory, in each form
 * of a ModRM byte. */
static bool follows_call(uintptr_t pc)
{
    static const uint8_t bytes_behind_opcode[] = {1, 2, 3, 5, 6};
    struct module_extent extent;
    const uint8_t *end = (const uint8_t *)pc;
    if (!module_extent_find(pc - 1, &extent) || module_extent_readable_to(&extent, pc - 8) < pc)
        return false;
    if (end[-5] == 0xe8)
        return true;
    for (size_t i = 0; i < sizeof bytes_behind_opcode; i++) {
        const uint8_t *code = end - bytes_behind_opcode[i] - 1;
        if (code[0] == 0xff && (code[1] >> 3 & 7) == 2)
            return true;
    }
    return false;
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
