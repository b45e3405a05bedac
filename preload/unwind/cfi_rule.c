/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a CFA program (DWARF 5, section 6.4) as far as the stack pointer, the base pointer and the
 * return address go.  Compilers and the C library's assembly need these expressions: PLT
 * stubs of x86-64 (CFA depends on pc & 15), realigned frames (CFA = *(rbp - n), rbp saved at
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
        unsigned breg = op - 0x70u; /* the register whose value is pushed; else a large number */
        struct value v = {VALUE_CONSTANT, false, 0};
        if (op >= 0x30 && op <= 0x4f) { /* lit0..lit31 */
            v.offset = op - 0x30;
        } else if (op == 0x08) { /* const1u */
            v.offset = (int64_t)cfi_read_bytes(&r, 1);
        } else if (op == 0x09) { /* const1s */
            v.offset = (int8_t)cfi_read_bytes(&r, 1);
        } else if (breg == ARCH_REG_BP || breg == ARCH_REG_SP || breg == ARCH_REG_PC) {
            v.base = breg == ARCH_REG_BP   ? VALUE_BP
                     : breg == ARCH_REG_SP ? VALUE_SP
                                           : VALUE_CONSTANT;
            v.offset = cfi_read_sleb(&r) + (breg == ARCH_REG_PC ? (int64_t)pc : 0);
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

/* Where the return address is. */
enum return_where { RETURN_AT_CFA, RETURN_LINKED, RETURN_UNDEFINED, RETURN_ODD };

/* One row of the table a CFA program describes. */
struct row {
    struct value cfa;
    bool cfa_known;
    enum rule_bp bp_kind;
    bool bp_odd; /* saved in a way that is not understood */
    int64_t bp_offset;
    enum return_where return_where;
    int64_t return_offset; /* from the CFA */
    /* Callee-saved registers: words from the CFA; 0: not saved, or too far away. */
    int16_t saved[ARCH_REG_SAVED];
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
    int n = arch_saved_register(reg);
    if (n < 0)
        return;
    bool there = where == WHERE_AT_CFA && offset % 8 == 0 && offset / 8 == (int16_t)(offset / 8);
    row->saved[n] = there ? (int16_t)(offset / 8) : 0;
}

static void set_return(struct machine *m, enum where where, int64_t offset)
{
    struct row *row = &m->row;
    row->return_offset = where == WHERE_INITIAL ? m->initial.return_offset : offset;
    row->return_where = where == WHERE_INITIAL                      ? m->initial.return_where
                        : where == WHERE_AT_CFA                     ? RETURN_AT_CFA
                        : where == WHERE_UNDEFINED                  ? RETURN_UNDEFINED
                        : where == WHERE_SAME && ARCH_RETURN_LINKED ? RETURN_LINKED
                                                                    : RETURN_ODD;
}

static void set_register(struct machine *m, uint64_t reg, enum where where, int64_t offset)
{
    struct row *row = &m->row;
    set_saved(row, reg, where, offset);
    if (reg == ARCH_REG_BP) {
        row->bp_kind = where == WHERE_AT_CFA    ? RULE_BP_CFA
                       : where == WHERE_AT_BP   ? RULE_BP_BP
                       : where == WHERE_INITIAL ? m->initial.bp_kind
                                                : RULE_BP_SAME;
        row->bp_offset = where == WHERE_INITIAL ? m->initial.bp_offset : offset;
        row->bp_odd = where == WHERE_ODD;
    } else if (reg == ARCH_REG_RA) {
        set_return(m, where, offset);
    }
}

static void set_cfa_register(struct machine *m, uint64_t reg)
{
    m->row.cfa.deref = false;
    m->row.cfa.base = reg == ARCH_REG_BP ? VALUE_BP : VALUE_SP;
    m->row.cfa_known = reg == ARCH_REG_BP || reg == ARCH_REG_SP;
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
        r->bad |= !arch_cfa_no_change(op);
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

static uint8_t saved_of(const struct row *row)
{
    uint8_t mask = 0;
    for (int i = 0; i < ARCH_REG_SAVED; i++) {
        int64_t n = arch_saved_index(row->saved[i] - row->return_offset / 8);
        if (row->saved[i] && n >= 0 && n < SAVED_REGISTERS)
            mask |= (uint8_t)(1u << n);
    }
    return mask;
}

static struct rule rule_of(const struct row *row)
{
    struct rule none = {.kind = RULE_NONE}, rule = none;
    if (row->return_where == RETURN_UNDEFINED)
        return (struct rule){.kind = RULE_END};
    bool linked = row->return_where == RETURN_LINKED;
    if (!row->cfa_known || row->return_where == RETURN_ODD || row->bp_odd ||
        (linked && row->cfa.deref))
        return none;
    rule.kind = linked ? RULE_LINK : row->cfa.deref ? RULE_DEREF : RULE_CFA;
    rule.from_bp = row->cfa.base == VALUE_BP;
    rule.bp_kind = row->bp_kind;
    rule.saved = linked ? 0 : saved_of(row);
    return arch_rule_place(&rule, row->cfa.offset, row->return_offset, row->bp_offset) ? rule
                                                                                       : none;
}

struct rule rule_of_entry(const struct cfi_entry *entry, uintptr_t pc)
{
    struct rule none = {.kind = RULE_NONE};
    struct machine m;
    if (entry->signal_frame)
        return (struct rule){.kind = RULE_SIGNAL};
    memset(&m.row, 0, sizeof m.row);
    m.row.return_where = ARCH_RETURN_LINKED ? RETURN_LINKED : RETURN_AT_CFA;
    m.row.return_offset = ARCH_ENTRY_RETURN;
    m.initial = m.row;
    m.kept_count = 0;
    m.entry = entry;
    m.pc = entry->pc_begin;
    m.target = pc;
    if (!run(&m, entry->initial))
        return none;
    m.initial = m.row;
    m.pc = entry->pc_begin;
    return run(&m, entry->program) ? rule_of(&m.row) : none;
}

struct rule rule_compute(uintptr_t pc)
{
    struct cfi_entry entry;
    return cfi_find(pc, &entry) ? rule_of_entry(&entry, pc) : (struct rule){.kind = RULE_NONE};
}

bool rule_begins(uintptr_t pc)
{
    struct cfi_entry entry;
    return cfi_find(pc, &entry) && entry.pc_begin == pc;
}
