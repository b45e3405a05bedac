/* SPDX-License-Identifier: Apache-2.0
 *
 * The registers in a CFA program of x86-64, and a rule (cfi_rule.h) in 64 bits.
 */
#ifndef MEMPROF_ARCH_RULE_H
#define MEMPROF_ARCH_RULE_H

#include "preload/unwind/cfi_kinds.h"

#include <stdbool.h>
#include <stdint.h>

/* DWARF numbers (psABI, figure 3.36). */
#define ARCH_REG_BP    6
#define ARCH_REG_SP    7
#define ARCH_REG_RA    16
#define ARCH_REG_PC    16 /* in an expression: the number of the return address is that of rip */
#define ARCH_REG_SAVED 6  /* callee-saved registers */

/* Where a function begins: CFA - rsp, and the return address from the CFA.  Until a CFA program
 * says otherwise it is there; no register ever holds it. */
#define ARCH_ENTRY_OFFSET  8
#define ARCH_ENTRY_RETURN  (-8)
#define ARCH_RETURN_LINKED false

/* Which callee-saved register it is (rbx, rbp, r12 to r15); -1: none. */
static inline int arch_saved_register(uint64_t reg)
{
    return reg == 3 ? 0 : reg == ARCH_REG_BP ? 1 : reg >= 12 && reg <= 15 ? (int)reg - 10 : -1;
}

/* Is this instruction of a CFA program one of this architecture's own, and changes nothing? */
static inline bool arch_cfa_no_change(uint8_t op)
{
    (void)op;
    return false;
}

/* Is this letter of a CIE's augmentation one of this architecture's own, and changes nothing? */
static inline bool arch_cie_no_change(char letter)
{
    (void)letter;
    return false;
}

struct rule {
    uint8_t kind : 4;    /* enum rule_kind */
    uint8_t from_bp : 1; /* the register is rbp, else rsp */
    uint8_t bp_kind : 3; /* enum rule_bp */
    uint8_t saved; /* bit n: a callee-saved register lies n + 1 words below the return address */
    int16_t bp_offset; /* in units of 8 bytes */
    int32_t offset;    /* bytes */
};

/* CFA - the register. */
static inline uintptr_t arch_rule_offset(struct rule rule)
{
    return (uintptr_t)(intptr_t)rule.offset;
}

/* Where the return address lies. */
static inline uintptr_t arch_return_place(struct rule rule, uintptr_t cfa)
{
    (void)rule;
    return cfa - 8;
}

/* Where the caller's base pointer lies: from the CFA for RULE_BP_CFA, from bp for RULE_BP_BP. */
static inline uintptr_t arch_bp_place(struct rule rule, uintptr_t base)
{
    return base + (uintptr_t)(intptr_t)rule.bp_offset * 8;
}

/* Is that of the return address known to be readable if all from `sp`, which `cfa` lies above, up
 * to `cfa` is? */
static inline bool arch_return_covered(struct rule rule, uintptr_t cfa, uintptr_t low,
                                       uintptr_t room)
{
    (void)rule;
    (void)cfa;
    (void)low;
    (void)room;
    return true;
}

/* Where registers are, in bytes from the CFA (`bp` from bp for RULE_BP_BP).  False: a rule has no
 * room for it. */
static inline bool arch_rule_place(struct rule *rule, int64_t offset, int64_t from_cfa, int64_t bp)
{
    rule->offset = (int32_t)offset;
    rule->bp_offset = (int16_t)(bp / 8);
    return rule->offset == offset && from_cfa == ARCH_ENTRY_RETURN && bp % 8 == 0 &&
           rule->bp_offset == bp / 8;
}

/* Word n of those that `saved` is about, where the return address lies at `slot`. */
static inline const uintptr_t *arch_saved_word(const uintptr_t *slot, unsigned n)
{
    return slot - 1 - n;
}

/* Which of these a register is that lies so many words above the return address; negative: none. */
static inline int64_t arch_saved_index(int64_t words)
{
    return -words - 1;
}

#endif
