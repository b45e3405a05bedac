/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/cfi_table.h"
#include "arch_rule.h"
#include "preload/process/module_extent.h"

enum { PE_PCREL = 0x10, PE_DATAREL = 0x30 };

uintptr_t cfi_read_encoded(struct cfi_reader *r, uint8_t pe, uintptr_t data)
{
    uintptr_t base = (uintptr_t)r->at, value;
    switch (pe & 0x0f) {
    case 0x00: /* absptr */
    case 0x04: /* udata8 */
    case 0x0c: /* sdata8 */
        value = cfi_read_bytes(r, 8);
        break;
    case 0x02:
        value = cfi_read_bytes(r, 2);
        break;
    case 0x03:
        value = cfi_read_bytes(r, 4);
        break;
    case 0x0a:
        value = (uintptr_t)(int16_t)cfi_read_bytes(r, 2);
        break;
    case 0x0b:
        value = (uintptr_t)(int64_t)(int32_t)cfi_read_bytes(r, 4);
        break;
    default:
        r->bad = true;
        return 0;
    }
    if ((pe & 0x70) == PE_PCREL)
        value += base;
    else if ((pe & 0x70) == PE_DATAREL)
        value += data;
    else if (pe & 0xf0)
        r->bad = true;
    return value;
}

struct cie {
    uint64_t code_align;
    int64_t data_align;
    uint8_t fde_encoding, lsda_encoding;
    bool signal_frame;
    bool has_augmentation;
    struct cfi_reader program;
};

/* Body of the CIE or FDE at `at`: from after its length field. */
static bool entry_at(const struct module_extent *m, uintptr_t at, struct cfi_reader *body)
{
    uintptr_t end = module_extent_readable_to(m, at);
    if (end == 0)
        return false;
    struct cfi_reader r = {(const uint8_t *)at, (const uint8_t *)end, false};
    uint64_t length = cfi_read_bytes(&r, 4);
    if (r.bad || length < 4 || length >= 0xffffffff || length > (uint64_t)(r.end - r.at))
        return false;
    *body = (struct cfi_reader){r.at, r.at + length, false};
    return true;
}

static bool parse_cie(const struct module_extent *m, uintptr_t at, struct cie *cie)
{
    struct cfi_reader r;
    if (!entry_at(m, at, &r) || cfi_read_bytes(&r, 4) != 0)
        return false;
    uint8_t version = (uint8_t)cfi_read_bytes(&r, 1);
    const char *augmentation = (const char *)r.at;
    while (!r.bad && cfi_read_bytes(&r, 1) != 0)
        ;
    if (version != 1 && version != 3)
        return false;
    cie->code_align = cfi_read_uleb(&r);
    cie->data_align = cfi_read_sleb(&r);
    uint64_t ra = version == 1 ? cfi_read_bytes(&r, 1) : cfi_read_uleb(&r);
    cie->fde_encoding = 0;
    cie->lsda_encoding = CFI_PE_OMIT;
    cie->signal_frame = false;
    cie->has_augmentation = !r.bad && augmentation[0] == 'z';
    if (r.bad || ra != ARCH_REG_RA || (augmentation[0] && !cie->has_augmentation))
        return false;
    if (cie->has_augmentation) {
        uint64_t length = cfi_read_uleb(&r);
        struct cfi_reader data = r;
        for (const char *a = augmentation + 1; *a; a++) {
            if (*a == 'R')
                cie->fde_encoding = (uint8_t)cfi_read_bytes(&data, 1);
            else if (*a == 'L')
                cie->lsda_encoding = (uint8_t)cfi_read_bytes(&data, 1);
            else if (*a == 'P') {
                uint8_t pe = (uint8_t)cfi_read_bytes(&data, 1);
                cfi_read_encoded(&data, pe & 0x7f, 0);
            } else if (*a == 'S')
                cie->signal_frame = true;
            else if (!arch_cie_no_change(*a))
                return false;
        }
        if (length > (uint64_t)(r.end - r.at))
            return false;
        r.at += length;
    }
    cie->program = r;
    return !r.bad;
}

/* The FDE for pc by .eh_frame_hdr's sorted table; 0: none. */
static uintptr_t find_fde(const struct module_extent *m, uintptr_t pc)
{
    uintptr_t hdr = (uintptr_t)m->eh_frame_hdr;
    uintptr_t end = module_extent_readable_to(m, hdr);
    struct cfi_reader r = {(const uint8_t *)hdr, (const uint8_t *)end, false};
    if (end == 0 || cfi_read_bytes(&r, 1) != 1)
        return 0;
    uint8_t frame_pe = (uint8_t)cfi_read_bytes(&r, 1);
    uint8_t count_pe = (uint8_t)cfi_read_bytes(&r, 1);
    uint8_t table_pe = (uint8_t)cfi_read_bytes(&r, 1);
    if (table_pe != (PE_DATAREL | 0x0b) || count_pe == CFI_PE_OMIT)
        return 0;
    cfi_read_encoded(&r, frame_pe, hdr);
    uint64_t count = cfi_read_encoded(&r, count_pe, hdr);
    if (r.bad || count == 0 || count > (uint64_t)(r.end - r.at) / 8)
        return 0;
    const uint8_t *table = r.at;
    int64_t target = (int64_t)(pc - hdr);
    uint64_t low = 0, high = count; /* first entry that starts after pc */
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        int32_t start;
        memcpy(&start, table + middle * 8, 4);
        if (start <= target)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0;
    int32_t fde;
    memcpy(&fde, table + (low - 1) * 8 + 4, 4);
    return hdr + (uintptr_t)(intptr_t)fde;
}

/* A relative pointer of 0 says that there is none. */
static uintptr_t read_lsda(struct cfi_reader r, uint8_t pe)
{
    uintptr_t from = (uintptr_t)r.at, at;
    if (pe == CFI_PE_OMIT)
        return 0;
    if (pe & 0x80)
        return CFI_LSDA_ODD; /* it lies where a word says */
    at = cfi_read_encoded(&r, pe, 0);
    return r.bad ? CFI_LSDA_ODD : at == from ? 0 : at;
}

bool cfi_find(uintptr_t pc, struct cfi_entry *entry)
{
    struct module_extent m;
    struct cfi_reader r;
    struct cie cie;
    if (!module_extent_find(pc, &m) || !m.eh_frame_hdr)
        return false;
    uintptr_t fde = find_fde(&m, pc);
    if (fde == 0 || !entry_at(&m, fde, &r))
        return false;
    uintptr_t cie_at = (uintptr_t)r.at;
    cie_at -= cfi_read_bytes(&r, 4);
    if (!parse_cie(&m, cie_at, &cie))
        return false;
    entry->pc_begin = cfi_read_encoded(&r, cie.fde_encoding, 0);
    uintptr_t range = cfi_read_encoded(&r, cie.fde_encoding & 0x0f, 0);
    entry->lsda = 0;
    if (cie.has_augmentation) {
        uint64_t skip = cfi_read_uleb(&r);
        if (skip > (uint64_t)(r.end - r.at))
            return false;
        entry->lsda = skip ? read_lsda(r, cie.lsda_encoding) : 0;
        r.at += skip;
    }
    if (r.bad || pc - entry->pc_begin >= range)
        return false;
    entry->pc_end = entry->pc_begin + range;
    entry->code_align = cie.code_align;
    entry->data_align = cie.data_align;
    entry->signal_frame = cie.signal_frame;
    entry->initial = cie.program;
    entry->program = r;
    return true;
}
