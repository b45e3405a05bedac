/* SPDX-License-Identifier: Apache-2.0
 *
 * The encodings are those of the architecture's manual (Arm ARM, "Branches, Exception Generating
 * and System instructions").  All instructions are four bytes long, and all others go on.
 */
#include "preload/unwind/insn.h"

#include <string.h>

/* The `bits` from bit `from` on, a signed number of instructions. */
static uintptr_t relative(const uint8_t *code, uint32_t word, unsigned from, unsigned bits)
{
    int32_t moved = (int32_t)(word << (32 - from - bits));
    return (uintptr_t)code + (uintptr_t)((intptr_t)(moved >> (32 - bits)) * 4);
}

struct insn insn_decode(const uint8_t *code, const uint8_t *end)
{
    struct insn insn = {4, INSN_PLAIN, 0, 0};
    uint32_t word;
    if (end - code < 4)
        return (struct insn){0};
    memcpy(&word, code, sizeof word);
    if ((word & 0x7c000000) == 0x14000000) { /* B, BL */
        insn.kind = word >> 31 ? INSN_CALL : INSN_JUMP;
        insn.target = relative(code, word, 0, 26);
    } else if ((word & 0x7e000000) == 0x34000000 || /* CBZ, CBNZ */
               (word & 0xff000000) == 0x54000000) { /* B.cond, BC.cond */
        insn.kind = INSN_BRANCH;
        insn.target = relative(code, word, 5, 19);
        if (word >> 24 == 0x54 && (word & 0xe) == 0xe) /* always */
            insn.kind = INSN_JUMP;
    } else if ((word & 0x7e000000) == 0x36000000) { /* TBZ, TBNZ */
        insn.kind = INSN_BRANCH;
        insn.target = relative(code, word, 5, 14);
    } else if ((word & 0xfe000000) == 0xd6000000) { /* by a register */
        switch (word >> 21 & 7) {
        case 0: /* BR */
            insn.kind = INSN_UNKNOWN;
            break;
        case 1: /* BLR */
            insn.kind = INSN_CALL;
            break;
        default: /* RET, ERET, DRPS */
            insn.kind = INSN_END;
        }
    } else if ((word & 0xffe0001f) == 0xd4200000 || word >> 16 == 0) { /* BRK, UDF */
        insn.kind = INSN_END;
    }
    return insn;
}

uintptr_t insn_called(const uint8_t *end)
{
    struct insn insn = insn_decode(end - 4, end);
    return insn.kind == INSN_CALL ? insn.target : 0;
}
