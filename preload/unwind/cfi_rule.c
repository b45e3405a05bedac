/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a CFA program (DWARF 5, section 6.4) as far as rsp, rbp and the return
 * address go.  Compilers and the C library's assembly need these expressions: PLT
 * stubs (CFA depends on pc & 15), realigned frames (CFA = *(rbp - n), rbp saved at
 * an expression); signal frames are known by their augmentation.
 */
#include "preload/unwind/cfi_rule.h"
#include "preload/unwind/cfi_table.h"
#include "preload/unwind/saved_registers.h"

#define STATES_KEPT 8 /* remember_state nested deeper is not understood */

/* A value in a DWARF expression: a constant, or a register plus an offset, or what
 * is stored there. */
struct value {
    enum { VALUE_CONSTANT, VALUE_SP, VALUE_BP } base;
    bool deref;
    int64_t offset;
};

static bool evaluate(struct cfi_reader r, uintptr_t pc, struct value *result)
{
    struct value stack[8];
    unsigned n = 0;
    while (r.at < r.end && !r.bad) {
        uint8_t op = (uint8_t)cfi_read_bytes(&r, 1);
        struct value v = {VALUE_CONSTANT, false, 0};
        if (op >= 0x30 && op <= 0x4f) { /* lit0..lit31 */
            v.offset = op - 0x30;
        } else if (op == 0x08) { /* const1u */
            v.offset = (int64_t)cfi_read_bytes(&r, 1);
        } else if (op == 0x09) { /* const1s */
            v.offset = (int8_t)cfi_read_bytes(&r, 1);
        } else if (op == 0x70 + CFI_REG_BP || op == 0x70 + CFI_REG_SP ||
                   op == 0x70 + CFI_REG_RA) { /* breg */
            v.base = op == 0x70 + CFI_REG_BP   ? VALUE_BP
                     : op == 0x70 + CFI_REG_SP ? VALUE_SP
                                               : VALUE_CONSTANT;
            v.offset = cfi_read_sleb(&r) + (op == 0x70 + CFI_REG_RA ? (int64_t)pc : 0);
        } else if (op == 0x06 && n > 0 && !stack[n - 1].deref) { /* deref */
            stack[n - 1].deref = true;
            continue;
        } else if (op == 0x23 && n > 0 && !stack[n - 1].deref) { /* plus_uconst */
            stack[n - 1].offset += (int64_t)cfi_read_uleb(&r);
            continue;
        } else if (n >= 2 && !stack[n - 1].deref && !stack[n - 2].deref &&
                   stack[n - 1].base == VALUE_CONSTANT) {
            struct value *a = &stack[n - 2], *b = &stack[n - 1];
            if (op == 0x22) /* plus */
                a->offset += b->offset;
            else if (op == 0x1a && a->base == VALUE_CONSTANT) /* and */
                a->offset &= b->offset;
            else if (op == 0x2a && a->base == VALUE_CONSTANT) /* ge */
                a->offset = a->offset >= b->offset;
            else if (op == 0x24 && a->base == VALUE_CONSTANT && (uint64_t)b->offset < 64) /* shl */
                a->offset = (int64_t)((uint64_t)a->offset << b->offset);
            else
                return false;
            n--;
            continue;
        } else {
            return false;
        }
        if (n == sizeof stack / sizeof *stack)
            return false;
        stack[n++] = v;
    }
    if (r.bad || n != 1)
        return false;
    *result = stack[0];
    return true;
}

/* One row of the table a CFA program describes. */
struct row {
    struct value cfa;
    bool cfa_known;
    enum rule_bp bp_kind;
    bool bp_odd; /* saved in a way that is not understood */
    int64_t bp_offset;
    bool ra_undefined;
    bool ra_odd; /* not at CFA - 8 */
    /* Where callee-saved registers are: 4 bits for each of rbx, rbp, r12 to r15, the number of the
     * word below CFA - 8, from 1 on; 0: not saved, or further away than SAVED_REGISTERS words. */
    uint32_t saved;
};

enum where { WHERE_INITIAL, WHERE_UNDEFINED, WHERE_SAME, WHERE_AT_CFA, WHERE_AT_BP, WHERE_ODD };

struct machine {
    uintptr_t pc, target;
    struct row row, initial, kept[STATES_KEPT];
    unsigned kept_count;
    const struct cfi_entry *entry;
};

static void set_saved(struct row *row, uint64_t reg, enum where where, int64_t offset)
{
    unsigned n = reg == 3 ? 0 : reg == CFI_REG_BP ? 1 : (unsigned)reg - 10;
    if (reg != 3 && reg != CFI_REG_BP && (reg < 12 || reg > 15))
        return;
    bool near = where == WHERE_AT_CFA && offset % 8 == 0 && offset <= -16 &&
                offset >= -8 - 8 * SAVED_REGISTERS;
    row->saved &= ~(15u << 4 * n);
    row->saved |= near ? (uint32_t)(-offset / 8 - 1) << 4 * n : 0;
}

static void set_register(struct machine *m, uint64_t reg, enum where where, int64_t offset)
{
    struct row *row = &m->row;
    set_saved(row, reg, where, offset);
    if (reg == CFI_REG_BP) {
        row->bp_kind = where == WHERE_AT_CFA    ? RULE_BP_CFA
                       : where == WHERE_AT_BP   ? RULE_BP_BP
                       : where == WHERE_INITIAL ? m->initial.bp_kind
                                                : RULE_BP_SAME;
        row->bp_offset = where == WHERE_INITIAL ? m->initial.bp_offset : offset;
        row->bp_odd = where == WHERE_ODD;
    } else if (reg == CFI_REG_RA) {
        row->ra_undefined =
            where == WHERE_UNDEFINED || (where == WHERE_INITIAL && m->initial.ra_undefined);
        row->ra_odd = where == WHERE_SAME || where == WHERE_ODD || where == WHERE_AT_BP ||
                      (where == WHERE_AT_CFA && offset != -8);
    }
}

static void set_cfa_register(struct machine *m, uint64_t reg)
{
    m->row.cfa.deref = false;
    m->row.cfa.base = reg == CFI_REG_BP ? VALUE_BP : VALUE_SP;
    m->row.cfa_known = reg == CFI_REG_BP || reg == CFI_REG_SP;
}

/* A block of a DWARF expression; the reader moves behind it. */
static bool read_expression(struct machine *m, struct cfi_reader *r, struct value *value)
{
    uint64_t length = cfi_read_uleb(r);
    if (length > (uint64_t)(r->end - r->at)) {
        r->bad = true;
        return false;
    }
    struct cfi_reader body = {r->at, r->at + length, false};
    r->at += length;
    return evaluate(body, m->target, value);
}

static void run_cfa_expression(struct machine *m, struct cfi_reader *r)
{
    struct value value;
    m->row.cfa_known = read_expression(m, r, &value) && value.base != VALUE_CONSTANT;
    if (m->row.cfa_known)
        m->row.cfa = value;
}

static void run_register_expression(struct machine *m, struct cfi_reader *r)
{
    struct value value;
    uint64_t reg = cfi_read_uleb(r);
    bool simple = read_expression(m, r, &value) && value.base == VALUE_BP && !value.deref;
    set_register(m, reg, simple ? WHERE_AT_BP : WHERE_ODD, simple ? value.offset : 0);
}

static void remember_or_restore(struct machine *m, struct cfi_reader *r, bool restore)
{
    if (restore ? m->kept_count == 0 : m->kept_count == STATES_KEPT)
        r->bad = true;
    else if (restore)
        m->row = m->kept[--m->kept_count];
    else
        m->kept[m->kept_count++] = m->row;
}

/* The instructions with an opcode of their own, but for the advances. */
static void step_extended(struct machine *m, struct cfi_reader *r, uint8_t op)
{
    int64_t align = m->entry->data_align;
    uint64_t reg;
    switch (op) {
    case 0x00: /* nop */
        break;
    case 0x05: /* offset_extended */
        reg = cfi_read_uleb(r);
        set_register(m, reg, WHERE_AT_CFA, (int64_t)cfi_read_uleb(r) * align);
        break;
    case 0x06: /* restore_extended */
        set_register(m, cfi_read_uleb(r), WHERE_INITIAL, 0);
        break;
    case 0x07:
        set_register(m, cfi_read_uleb(r), WHERE_UNDEFINED, 0);
        break;
    case 0x08:
        set_register(m, cfi_read_uleb(r), WHERE_SAME, 0);
        break;
    case 0x09: /* register */
    case 0x14: /* val_offset */
        reg = cfi_read_uleb(r);
        cfi_read_uleb(r);
        set_register(m, reg, WHERE_ODD, 0);
        break;
    case 0x0a:
    case 0x0b:
        remember_or_restore(m, r, op == 0x0b);
        break;
    case 0x0c: /* def_cfa */
        set_cfa_register(m, cfi_read_uleb(r));
        m->row.cfa.offset = (int64_t)cfi_read_uleb(r);
        break;
    case 0x0d: /* def_cfa_register */
        set_cfa_register(m, cfi_read_uleb(r));
        break;
    case 0x0e: /* def_cfa_offset */
        m->row.cfa.offset = (int64_t)cfi_read_uleb(r);
        break;
    case 0x0f:
        run_cfa_expression(m, r);
        break;
    case 0x10:
        run_register_expression(m, r);
        break;
    case 0x11: /* offset_extended_sf */
        reg = cfi_read_uleb(r);
        set_register(m, reg, WHERE_AT_CFA, cfi_read_sleb(r) * align);
        break;
    case 0x12: /* def_cfa_sf */
        set_cfa_register(m, cfi_read_uleb(r));
        m->row.cfa.offset = cfi_read_sleb(r) * align;
        break;
    case 0x13: /* def_cfa_offset_sf */
        m->row.cfa.offset = cfi_read_sleb(r) * align;
        break;
    case 0x15: /* val_offset_sf */
        reg = cfi_read_uleb(r);
        cfi_read_sleb(r);
        set_register(m, reg, WHERE_ODD, 0);
        break;
    case 0x16: { /* val_expression */
        struct value ignored;
        reg = cfi_read_uleb(r);
        read_expression(m, r, &ignored);
        set_register(m, reg, WHERE_ODD, 0);
        break;
    }
    case 0x2e: /* GNU_args_size */
        cfi_read_uleb(r);
        break;
    default:
        r->bad = true;
    }
}

/* Runs instructions up to the target pc; false when one is not understood. */
static bool run(struct machine *m, struct cfi_reader r)
{
    while (r.at < r.end && !r.bad) {
        uint8_t op = (uint8_t)cfi_read_bytes(&r, 1);
        uint64_t advance = 0;
        if (op >> 6 == 1) {
            advance = op & 0x3f;
        } else if (op >= 0x02 && op <= 0x04) {
            advance = cfi_read_bytes(&r, 1u << (op - 2));
        } else if (op >> 6 == 2) { /* offset */
            set_register(m, op & 0x3f, WHERE_AT_CFA,
                         (int64_t)cfi_read_uleb(&r) * m->entry->data_align);
        } else if (op >> 6 == 3) { /* restore */
            set_register(m, op & 0x3f, WHERE_INITIAL, 0);
        } else {
            step_extended(m, &r, op);
        }
        m->pc += advance * m->entry->code_align;
        if (m->pc > m->target)
            break;
    }
    return !r.bad;
}

static struct rule rule_of(const struct row *row)
{
    struct rule rule = {.kind = RULE_NONE};
    if (row->ra_undefined) {
        rule.kind = RULE_END;
        return rule;
    }
    if (!row->cfa_known || row->ra_odd || row->bp_odd ||
        row->cfa.offset != (int32_t)row->cfa.offset || row->bp_offset % 8 != 0 ||
        row->bp_offset / 8 != (int16_t)(row->bp_offset / 8))
        return rule;
    rule.kind = row->cfa.deref ? RULE_DEREF : RULE_CFA;
    rule.from_bp = row->cfa.base == VALUE_BP;
    rule.offset = (int32_t)row->cfa.offset;
    rule.bp_kind = row->bp_kind;
    rule.bp_offset = (int16_t)(row->bp_offset / 8);
    for (uint32_t saved = row->saved; saved; saved >>= 4)
        if (saved & 15)
            rule.saved |= (uint8_t)(1u << ((saved & 15) - 1));
    return rule;
}

struct rule rule_compute(uintptr_t pc)
{
    struct rule none = {.kind = RULE_NONE};
    struct cfi_entry entry;
    struct machine m;
    if (!cfi_find(pc, &entry))
        return none;
    if (entry.signal_frame)
        return (struct rule){.kind = RULE_SIGNAL};
    memset(&m.row, 0, sizeof m.row);
    memset(&m.initial, 0, sizeof m.initial);
    m.kept_count = 0;
    m.entry = &entry;
    m.pc = entry.pc_begin;
    m.target = pc;
    if (!run(&m, entry.initial))
        return none;
    m.initial = m.row;
    m.pc = entry.pc_begin;
    return run(&m, entry.program) ? rule_of(&m.row) : none;
}

bool rule_begins(uintptr_t pc)
{
    struct cfi_entry entry;
    return cfi_find(pc, &entry) && entry.pc_begin == pc;
}
