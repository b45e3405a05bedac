/* SPDX-License-Identifier: Apache-2.0
 *
 * .eh_frame and .eh_frame_hdr as the LSB (Core, "Exception Frames") defines them:
 * from a pc to its FDE and CIE.  All reads are bounded by the module's mapping.
 */
#ifndef MEMPROF_UNWIND_CFI_TABLE_H
#define MEMPROF_UNWIND_CFI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CFI_LSDA_ODD UINTPTR_MAX /* landing pads that are not understood */

/* A place in the mapping; reading past `end` sets `bad` and yields zeroes. */
struct cfi_reader {
    const uint8_t *at, *end;
    bool bad;
};

static inline uint64_t cfi_read_bytes(struct cfi_reader *r, unsigned bytes)
{
    uint64_t value = 0;
    if ((size_t)(r->end - r->at) < bytes) {
        r->bad = true;
        r->at = r->end;
        return 0;
    }
    memcpy(&value, r->at, bytes);
    r->at += bytes;
    return value;
}

static inline uint64_t cfi_read_uleb(struct cfi_reader *r)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = (uint8_t)cfi_read_bytes(r, 1);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    r->bad = true;
    return 0;
}

static inline int64_t cfi_read_sleb(struct cfi_reader *r)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = (uint8_t)cfi_read_bytes(r, 1);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            if (byte & 0x40 && shift + 7 < 64)
                value |= ~UINT64_C(0) << (shift + 7);
            return (int64_t)value;
        }
    }
    r->bad = true;
    return 0;
}

#define CFI_PE_OMIT 0xff /* an encoding: there is no such pointer */

/* A pointer in encoding `pe`; `data` is what data-relative ones are relative to. */
uintptr_t cfi_read_encoded(struct cfi_reader *r, uint8_t pe, uintptr_t data);

/* What is known of a pc's function before its CFA program is run. */
struct cfi_entry {
    uintptr_t pc_begin, pc_end;
    uintptr_t lsda; /* where its landing pads are listed (landing_pads.h); 0: it has none */
    uint64_t code_align;
    int64_t data_align;
    bool signal_frame;
    struct cfi_reader initial; /* instructions of the CIE */
    struct cfi_reader program; /* instructions of the FDE */
};

/* False when nothing covers pc, or in a form that is not understood. */
bool cfi_find(uintptr_t pc, struct cfi_entry *entry);

#endif
