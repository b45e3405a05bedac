/* SPDX-License-Identifier: Apache-2.0
 *
 * The registers in a CFA program of aarch64, and a rule (cfi_rule.h) in 64 bits.
 */
#ifndef MEMPROF_ARCH_RULE_H
#define MEMPROF_ARCH_RULE_H

#include "preload/unwind/cfi_kinds.h"

#include <stdbool.h>
#include <stdint.h>

/* DWARF numbers (Arm's "DWARF for the Arm 64-bit Architecture"). */
#define ARCH_REG_BP    29
#define ARCH_REG_SP    31
#define ARCH_REG_RA    30
#define ARCH_REG_PC    99 /* no expression can name it */
#define ARCH_REG_SAVED 10 /* callee-saved registers, but for x29 and x30 */

/* Where a function begins: CFA - sp; and x30 holds the return address. */
#define ARCH_ENTRY_OFFSET  0
#define ARCH_ENTRY_RETURN  0
#define ARCH_RETURN_LINKED true

/* Which callee-saved register it is (x19 to x28); -1: none. */
static inline int arch_saved_register(uint64_t reg)
{
    return reg >= 19 && reg <= 28 ? (int)reg - 19 : -1;
}

/* Is this instruction of a CFA program one of this architecture's own, and changes nothing?
 * negate_ra_state (0x2d) says that from here on the return address is signed, or is not any more:
 * arch_return_address() reads either.  (negate_ra_state_with_pc, 0x2c, is not understood.) */
static inline bool arch_cfa_no_change(uint8_t op)
{
    return op == 0x2d;
}

/* Is this letter of a CIE's augmentation one of this architecture's own, and changes nothing?  B:
 * return addresses are signed with the other key.  G: the frames have memory tags. */
static inline bool arch_cie_no_change(char letter)
{
    return letter == 'B' || letter == 'G';
}

/* x29 and the registers that are saved with it lie beside x30, whose distance from the CFA is that
 * of the function's variables. */
struct rule {
    uint64_t kind : 3;          /* enum rule_kind */
    uint64_t from_bp : 1;       /* the register is x29, else sp */
    uint64_t bp_kind : 2;       /* enum rule_bp */
    uint64_t saved : 8;         /* bit n: a callee-saved register lies n + 1 words above x30 */
    int64_t bp_offset : 10;     /* from x30, or from bp; this and those below in units of 8 bytes */
    int64_t return_offset : 20; /* from the CFA */
    int64_t offset : 20;
};

/* CFA - the register. */
static inline uintptr_t arch_rule_offset(struct rule rule)
{
    return (uintptr_t)(intptr_t)rule.offset * 8;
}

/* Where the return address lies. */
static inline uintptr_t arch_return_place(struct rule rule, uintptr_t cfa)
{
    return cfa + (uintptr_t)(intptr_t)rule.return_offset * 8;
}

/* Where the caller's base pointer lies: from the CFA for RULE_BP_CFA, from bp for RULE_BP_BP. */
static inline uintptr_t arch_bp_place(struct rule rule, uintptr_t base)
{
    uintptr_t from = rule.bp_kind == RULE_BP_CFA ? arch_return_place(rule, base) : base;
    return from + (uintptr_t)(intptr_t)rule.bp_offset * 8;
}

/* Does the return address lie in the `room` bytes from `low` on? */
static inline bool arch_return_covered(struct rule rule, uintptr_t cfa, uintptr_t low,
                                       uintptr_t room)
{
    return arch_return_place(rule, cfa) - low <= room;
}

/* Where registers are, in bytes from the CFA (`bp` from bp for RULE_BP_BP).  False: a rule has no
 * room for it. */
static inline bool arch_rule_place(struct rule *rule, int64_t offset, int64_t from_cfa, int64_t bp)
{
    int64_t from_return = rule->bp_kind == RULE_BP_CFA ? bp - from_cfa : bp;
    rule->offset = offset / 8;
    rule->return_offset = from_cfa / 8;
    rule->bp_offset = from_return / 8;
    return rule->offset * 8 == offset && rule->return_offset * 8 == from_cfa &&
           rule->bp_offset * 8 == from_return;
}

/* Word n of those that `saved` is about, where the return address lies at `slot`. */
static inline const uintptr_t *arch_saved_word(const uintptr_t *slot, unsigned n)
{
    return slot + 1 + n;
}

/* Which of these a register is that lies so many words above the return address; negative: none. */
static inline int64_t arch_saved_index(int64_t words)
{
    return words - 1;
}

#endif
