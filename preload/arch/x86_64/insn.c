/* SPDX-License-Identifier: Apache-2.0
 *
 * The encodings are those of the architecture's manual (Intel, volume 2, appendix A) in 64-bit
 * mode: prefixes, REX, VEX or EVEX, an opcode of one of the maps, ModRM with SIB and
 * displacement, an immediate.  What compilers do not emit (XOP, 3DNow with a
 * suffix that means something else, APX) is not understood, which costs a proof and nothing else.
 */
#include "preload/unwind/insn.h"

#include <stdbool.h>
#include <string.h>

#define LENGTH_MOST 15

/* What follows an opcode. */
enum form {
    FORM_NONE,
    FORM_BAD,
    FORM_IMM8,
    FORM_IMM16,
    FORM_ENTER, /* 16 bits and 8 bits */
    FORM_IMMZ,  /* 32 bits, 16 with the operand size prefix */
    FORM_IMMV,  /* the same, or 64 bits with REX.W */
    FORM_MOFFS, /* an address of 64 bits, or 32 with the address size prefix */
    FORM_REL8,  /* a branch */
    FORM_REL32, /* a branch, of 32 bits whatever the prefixes */
    FORM_MODRM, /* and from here on all have one */
    FORM_MODRM_IMM8,
    FORM_MODRM_IMMZ,
    FORM_GROUP_F6, /* an immediate of 8 bits if ModRM.reg is 0 or 1 */
    FORM_GROUP_F7, /* likewise, as FORM_IMMZ */
};

struct decoder {
    const uint8_t *at, *end;
    bool cut; /* it would go past `end` */
    bool operand16, address32, rex_w;
    uint8_t modrm;
};

static uint8_t take(struct decoder *d)
{
    if (d->at >= d->end) {
        d->cut = true;
        return 0;
    }
    return *d->at++;
}

static void skip(struct decoder *d, unsigned bytes)
{
    if ((uintptr_t)(d->end - d->at) < bytes)
        d->cut = true;
    else
        d->at += bytes;
}

/* A signed displacement of 1 or 4 bytes. */
static int32_t take_displacement(struct decoder *d, unsigned bytes)
{
    int32_t value;
    const uint8_t *from = d->at;
    skip(d, bytes);
    if (d->cut)
        return 0;
    if (bytes == 1)
        return (int8_t)*from;
    memcpy(&value, from, sizeof value);
    return value;
}

/* --- the opcode maps --- */

static enum form form_of_one_byte(uint8_t op)
{
    static const uint8_t arithmetic[] = {FORM_MODRM, FORM_MODRM, FORM_MODRM, FORM_MODRM,
                                         FORM_IMM8,  FORM_IMMZ,  FORM_BAD,   FORM_BAD};
    if (op < 0x40)
        return arithmetic[op & 7];
    switch (op) {
    case 0x60 ... 0x62:
    case 0x82:
    case 0x9a:
    case 0xce:
    case 0xd4 ... 0xd6:
    case 0xea:
        return FORM_BAD;
    case 0x63:
    case 0x84 ... 0x8f:
    case 0xd0 ... 0xd3:
    case 0xd8 ... 0xdf:
    case 0xfe:
    case 0xff:
        return FORM_MODRM;
    case 0x6b:
    case 0x80:
    case 0x83:
    case 0xc0:
    case 0xc1:
    case 0xc6:
        return FORM_MODRM_IMM8;
    case 0x69:
    case 0x81:
    case 0xc7:
        return FORM_MODRM_IMMZ;
    case 0x6a:
    case 0xa8:
    case 0xb0 ... 0xb7:
    case 0xcd:
    case 0xe4 ... 0xe7:
        return FORM_IMM8;
    case 0x68:
    case 0xa9:
        return FORM_IMMZ;
    case 0x70 ... 0x7f:
    case 0xe0 ... 0xe3:
    case 0xeb:
        return FORM_REL8;
    case 0xe8:
    case 0xe9:
        return FORM_REL32;
    case 0xa0 ... 0xa3:
        return FORM_MOFFS;
    case 0xb8 ... 0xbf:
        return FORM_IMMV;
    case 0xc2:
    case 0xca:
        return FORM_IMM16;
    case 0xc8:
        return FORM_ENTER;
    case 0xf6:
        return FORM_GROUP_F6;
    case 0xf7:
        return FORM_GROUP_F7;
    default:
        return FORM_NONE;
    }
}

/* Behind 0f; without the bytes that lead to the next two maps. */
static enum form form_of_two_bytes(uint8_t op)
{
    switch (op) {
    case 0x04:
    case 0x0a:
    case 0x0c:
    case 0x24 ... 0x27:
    case 0x36:
    case 0x39:
    case 0x3b ... 0x3f:
    case 0x78: /* with some prefixes it has immediates */
    case 0x7a:
    case 0x7b:
        return FORM_BAD;
    case 0x05 ... 0x09:
    case 0x0b:
    case 0x0e:
    case 0x30 ... 0x35:
    case 0x37:
    case 0x77:
    case 0xa0 ... 0xa2:
    case 0xa8 ... 0xaa:
    case 0xc8 ... 0xcf:
        return FORM_NONE;
    case 0x0f: /* its opcode comes last */
    case 0x70 ... 0x73:
    case 0xa4:
    case 0xac:
    case 0xba:
    case 0xc2:
    case 0xc4 ... 0xc6:
        return FORM_MODRM_IMM8;
    case 0x80 ... 0x8f:
        return FORM_REL32;
    default:
        return FORM_MODRM;
    }
}

/* VEX and EVEX name the map by a number: 1 is 0f, 2 is 0f 38, 3 is 0f 3a. */
static enum form form_of_vector(unsigned map, uint8_t op, bool evex)
{
    switch (map) {
    case 1:
        if (op == 0x77 && !evex)
            return FORM_NONE; /* vzeroupper */
        if ((op >= 0x70 && op <= 0x73) || op == 0xc2 || (op >= 0xc4 && op <= 0xc6))
            return FORM_MODRM_IMM8;
        return FORM_MODRM;
    case 2:
        return FORM_MODRM;
    case 3:
        return FORM_MODRM_IMM8;
    case 5:
    case 6:
        return evex ? FORM_MODRM : FORM_BAD;
    default:
        return FORM_BAD;
    }
}

/* --- one instruction --- */

/* Takes the prefixes; the opcode's first byte, or the one that begins VEX or EVEX. */
static uint8_t take_prefixes(struct decoder *d)
{
    for (;;) {
        uint8_t byte = take(d);
        switch (byte) {
        case 0x66:
            d->operand16 = true;
            break;
        case 0x67:
            d->address32 = true;
            break;
        case 0x26:
        case 0x2e:
        case 0x36:
        case 0x3e:
        case 0x64:
        case 0x65:
        case 0xf0:
        case 0xf2:
        case 0xf3:
            break;
        case 0x40 ... 0x4f:
            d->rex_w = byte & 8;
            continue;
        default:
            return byte;
        }
        d->rex_w = false; /* REX counts only right before the opcode */
    }
}

static enum form take_vector(struct decoder *d, uint8_t first)
{
    unsigned map = 1;
    if (first == 0xc5) {
        skip(d, 1);
    } else {
        map = take(d) & (first == 0xc4 ? 31 : 7);
        skip(d, first == 0xc4 ? 1 : 2);
    }
    uint8_t op = take(d);
    return form_of_vector(map, op, first == 0x62);
}

static void take_modrm(struct decoder *d)
{
    d->modrm = take(d);
    unsigned mod = d->modrm >> 6, rm = d->modrm & 7;
    if (mod == 3)
        return;
    if (rm == 4) {
        uint8_t sib = take(d);
        if (mod == 0 && (sib & 7) == 5)
            skip(d, 4);
    } else if (mod == 0 && rm == 5) {
        skip(d, 4);
    }
    skip(d, mod == 1 ? 1 : mod == 2 ? 4 : 0);
}

/* Takes ModRM and the immediate; a branch's displacement goes into *displacement. */
static bool take_operands(struct decoder *d, enum form form, int32_t *displacement)
{
    unsigned z = d->operand16 ? 2 : 4;
    if (form >= FORM_MODRM)
        take_modrm(d);
    bool group_has_immediate = (d->modrm & 0x38) <= 8;
    switch (form) {
    case FORM_BAD:
        return false;
    case FORM_NONE:
    case FORM_MODRM:
        break;
    case FORM_IMM8:
    case FORM_MODRM_IMM8:
        skip(d, 1);
        break;
    case FORM_IMM16:
        skip(d, 2);
        break;
    case FORM_ENTER:
        skip(d, 3);
        break;
    case FORM_IMMZ:
    case FORM_MODRM_IMMZ:
        skip(d, d->rex_w ? 4 : z);
        break;
    case FORM_IMMV:
        skip(d, d->rex_w ? 8 : z);
        break;
    case FORM_MOFFS:
        skip(d, d->address32 ? 4 : 8);
        break;
    case FORM_REL8:
        *displacement = take_displacement(d, 1);
        break;
    case FORM_REL32:
        *displacement = take_displacement(d, 4);
        break;
    case FORM_GROUP_F6:
        skip(d, group_has_immediate ? 1 : 0);
        break;
    case FORM_GROUP_F7:
        skip(d, group_has_immediate ? (d->rex_w ? 4 : z) : 0);
        break;
    }
    return !d->cut;
}

/* An indirect jump through memory at a fixed address (the GOT) or at a fixed distance from a
 * register (a table of virtual functions) is a tail call; one by a register or with an
 * index may be a switch. */
static enum insn_kind kind_of_group_ff(uint8_t modrm)
{
    unsigned mod = modrm >> 6, rm = modrm & 7;
    switch (modrm >> 3 & 7) {
    case 2:
    case 3:
        return INSN_CALL;
    case 4:
    case 5:
        return (mod == 0 && rm == 5) || ((mod == 1 || mod == 2) && rm != 4) ? INSN_END
                                                                            : INSN_UNKNOWN;
    default:
        return INSN_PLAIN;
    }
}

static enum insn_kind kind_of_one_byte(uint8_t op, uint8_t modrm)
{
    switch (op) {
    case 0x70 ... 0x7f:
    case 0xe0 ... 0xe3:
        return INSN_BRANCH;
    case 0xe8:
        return INSN_CALL;
    case 0xe9:
    case 0xeb:
        return INSN_JUMP;
    case 0xc2:
    case 0xc3:
    case 0xca:
    case 0xcb:
    case 0xcc:
    case 0xcf:
    case 0xf4:
        return INSN_END;
    case 0xc7: /* xbegin, whose displacement looks like an immediate */
        return modrm == 0xf8 ? INSN_UNKNOWN : INSN_PLAIN;
    case 0xff:
        return kind_of_group_ff(modrm);
    default:
        return INSN_PLAIN;
    }
}

static enum insn_kind kind_of_two_bytes(uint8_t op)
{
    if (op >= 0x80 && op <= 0x8f)
        return INSN_BRANCH;
    return op == 0x0b || op == 0xb9 || op == 0xff ? INSN_END : INSN_PLAIN; /* ud2, ud1, ud0 */
}

/* Most instructions of compiled code: maybe REX, one of these opcodes, what ModRM says, and for the
 * last ones 8 bits. */
static const uint8_t usual[256] = {
    [0x50 ... 0x5f] = FORM_NONE + 1,  [0x01] = FORM_MODRM + 1,
    [0x03] = FORM_MODRM + 1,          [0x09] = FORM_MODRM + 1,
    [0x0b] = FORM_MODRM + 1,          [0x21] = FORM_MODRM + 1,
    [0x23] = FORM_MODRM + 1,          [0x29] = FORM_MODRM + 1,
    [0x2b] = FORM_MODRM + 1,          [0x31] = FORM_MODRM + 1,
    [0x33] = FORM_MODRM + 1,          [0x38 ... 0x3b] = FORM_MODRM + 1,
    [0x63] = FORM_MODRM + 1,          [0x84 ... 0x85] = FORM_MODRM + 1,
    [0x88 ... 0x8b] = FORM_MODRM + 1, [0x8d] = FORM_MODRM + 1,
    [0x6b] = FORM_MODRM_IMM8 + 1,     [0x80] = FORM_MODRM_IMM8 + 1,
    [0x83] = FORM_MODRM_IMM8 + 1,     [0xc1] = FORM_MODRM_IMM8 + 1,
};

/* Its length; 0: it is none of these.  LENGTH_MOST bytes are readable. */
static inline uint32_t usual_length(const uint8_t *code)
{
    uint32_t length = (code[0] & 0xf0) == 0x40;
    uint8_t form = usual[code[length++]];
    if (form <= FORM_NONE + 1)
        return form ? length : 0;
    unsigned modrm = code[length++], mod = modrm >> 6, rm = modrm & 7;
    if (mod == 0 && (rm == 5 || (rm == 4 && (code[length] & 7) == 5)))
        length += 4;
    length += mod == 1 ? 1 : mod == 2 ? 4 : 0;
    length += mod != 3 && rm == 4; /* SIB */
    return length + (form == FORM_MODRM_IMM8 + 1);
}

struct insn insn_decode(const uint8_t *code, const uint8_t *end)
{
    struct decoder d = {.at = code, .end = end};
    struct insn insn = {0, INSN_PLAIN, 0, 0};
    int32_t displacement = 0;
    enum form form;
    if ((uintptr_t)(end - code) > LENGTH_MOST) {
        d.end = code + LENGTH_MOST;
        insn.length = usual_length(code);
        if (__builtin_expect(insn.length != 0, 1))
            return insn;
    }
    uint8_t op = take_prefixes(&d);
    bool two = false, vector = op == 0xc4 || op == 0xc5 || op == 0x62;
    if (vector) {
        form = take_vector(&d, op);
    } else if (op == 0x0f) {
        two = true;
        op = take(&d);
        bool further = op == 0x38 || op == 0x3a; /* then comes an opcode of another map */
        form = !further ? form_of_two_bytes(op) : op == 0x38 ? FORM_MODRM : FORM_MODRM_IMM8;
        skip(&d, further ? 1 : 0);
    } else {
        form = form_of_one_byte(op);
    }
    if (!take_operands(&d, form, &displacement) || d.cut ||
        (!two && op == 0x8f && (d.modrm & 0x38)))
        return insn;
    insn.length = (uint32_t)(d.at - code);
    if (!vector)
        insn.kind = two ? kind_of_two_bytes(op) : kind_of_one_byte(op, d.modrm);
    if (form == FORM_REL8 || form == FORM_REL32)
        insn.target = (uintptr_t)d.at + (uintptr_t)(intptr_t)displacement;
    if (!vector && !two && op == 0xff && d.modrm == 0x25) {
        memcpy(&displacement, d.at - sizeof displacement, sizeof displacement);
        insn.slot = (uintptr_t)d.at + (uintptr_t)(intptr_t)displacement;
    }
    return insn;
}

uintptr_t insn_called(const uint8_t *end)
{
    struct insn insn = insn_decode(end - INSN_CALL_BYTES, end);
    return insn.kind == INSN_CALL && insn.length == INSN_CALL_BYTES ? insn.target : 0;
}
