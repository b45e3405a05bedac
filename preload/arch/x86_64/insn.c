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

/* Most instructions of compiled code are maybe REX, one of the opcodes that are marked so, what
 * ModRM says, and perhaps 8 bits: nothing else has to be known of them. */
#define FORM_USUAL  0x80
#define USUAL_MODRM (FORM_USUAL | FORM_MODRM)
#define ARITHMETIC(n)                                                                              \
    [n] = USUAL_MODRM, [n + 1] = USUAL_MODRM, [n + 2] = USUAL_MODRM, [n + 3] = USUAL_MODRM,        \
    [n + 4] = FORM_IMM8, [n + 5] = FORM_IMMZ, [n + 6] = FORM_BAD, [n + 7] = FORM_BAD
#define ARITHMETICS(n) ARITHMETIC(n), ARITHMETIC(n + 8), ARITHMETIC(n + 16), ARITHMETIC(n + 24)

/* By opcode.  Prefixes and what leads to the other maps are taken before. */
static const uint8_t form_of_one_byte[256] = {
    ARITHMETICS(0x00),
    ARITHMETICS(0x20),
    [0x50 ... 0x5f] = FORM_USUAL | FORM_NONE,
    [0x60 ... 0x62] = FORM_BAD,
    [0x63] = USUAL_MODRM,
    [0x68] = FORM_IMMZ,
    [0x69] = FORM_MODRM_IMMZ,
    [0x6a] = FORM_IMM8,
    [0x6b] = FORM_USUAL | FORM_MODRM_IMM8,
    [0x70 ... 0x7f] = FORM_REL8,
    [0x80] = FORM_USUAL | FORM_MODRM_IMM8,
    [0x81] = FORM_MODRM_IMMZ,
    [0x82] = FORM_BAD,
    [0x83] = FORM_USUAL | FORM_MODRM_IMM8,
    [0x84 ... 0x8e] = USUAL_MODRM,
    [0x8f] = FORM_MODRM,
    [0x9a] = FORM_BAD,
    [0xa0 ... 0xa3] = FORM_MOFFS,
    [0xa8] = FORM_IMM8,
    [0xa9] = FORM_IMMZ,
    [0xb0 ... 0xb7] = FORM_IMM8,
    [0xb8 ... 0xbf] = FORM_IMMV,
    [0xc0 ... 0xc1] = FORM_USUAL | FORM_MODRM_IMM8,
    [0xc2] = FORM_IMM16,
    [0xc6] = FORM_MODRM_IMM8,
    [0xc7] = FORM_MODRM_IMMZ,
    [0xc8] = FORM_ENTER,
    [0xca] = FORM_IMM16,
    [0xcd] = FORM_IMM8,
    [0xce] = FORM_BAD,
    [0xd0 ... 0xd3] = USUAL_MODRM,
    [0xd4 ... 0xd6] = FORM_BAD,
    [0xd8 ... 0xdf] = USUAL_MODRM,
    [0xe0 ... 0xe3] = FORM_REL8,
    [0xe4 ... 0xe7] = FORM_IMM8,
    [0xe8 ... 0xe9] = FORM_REL32,
    [0xea] = FORM_BAD,
    [0xeb] = FORM_REL8,
    [0xf6] = FORM_GROUP_F6,
    [0xf7] = FORM_GROUP_F7,
    [0xfe ... 0xff] = FORM_MODRM,
};

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
        case 0x64 ... 0x65:
        case 0xf0:
        case 0xf2 ... 0xf3:
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

/* How many bytes an immediate has; ModRM was taken. */
static unsigned immediate_bytes(const struct decoder *d, enum form form)
{
    static const uint8_t fixed[] = {
        [FORM_IMM8] = 1, [FORM_IMM16] = 2, [FORM_ENTER] = 3, [FORM_MODRM_IMM8] = 1};
    unsigned z = d->operand16 && !d->rex_w ? 2 : 4;
    bool group_has_immediate = (d->modrm & 0x38) <= 8;
    switch (form) {
    case FORM_IMMZ:
    case FORM_MODRM_IMMZ:
        return z;
    case FORM_IMMV:
        return d->rex_w ? 8 : z;
    case FORM_MOFFS:
        return d->address32 ? 4 : 8;
    case FORM_GROUP_F6:
        return group_has_immediate ? 1 : 0;
    case FORM_GROUP_F7:
        return group_has_immediate ? z : 0;
    default:
        return fixed[form];
    }
}

/* Takes ModRM and the immediate; a branch's displacement goes into *displacement. */
static bool take_operands(struct decoder *d, enum form form, int32_t *displacement)
{
    if (form == FORM_BAD)
        return false;
    if (form >= FORM_MODRM)
        take_modrm(d);
    if (form == FORM_REL8 || form == FORM_REL32)
        *displacement = take_displacement(d, form == FORM_REL8 ? 1 : 4);
    else
        skip(d, immediate_bytes(d, form));
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
    case 0xc2 ... 0xc3:
    case 0xca ... 0xcc:
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

/* The length of a usual one; 0: it is another one.  LENGTH_MOST bytes are readable. */
static inline uint32_t usual_length(const uint8_t *code)
{
    uint32_t length = (code[0] & 0xf0) == 0x40;
    uint8_t form = form_of_one_byte[code[length++]];
    if (form <= (FORM_USUAL | FORM_NONE))
        return form & FORM_USUAL ? length : 0;
    unsigned modrm = code[length++], mod = modrm >> 6, rm = modrm & 7;
    if (mod == 0 && (rm == 5 || (rm == 4 && (code[length] & 7) == 5)))
        length += 4;
    length += mod == 1 ? 1 : mod == 2 ? 4 : 0;
    length += mod != 3 && rm == 4; /* SIB */
    return length + (form == (FORM_USUAL | FORM_MODRM_IMM8));
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
        form = (enum form)(form_of_one_byte[op] & ~FORM_USUAL);
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
