/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/landing_pads.h"
#include "preload/process/module_extent.h"

/* A number of the call-site table: encodings without a base. */
static uintptr_t read_offset(struct cfi_reader *r, uint8_t encoding)
{
    if (encoding == 0x01) /* uleb128 */
        return (uintptr_t)cfi_read_uleb(r);
    if (encoding & 0xf0)
        r->bad = true;
    return cfi_read_encoded(r, encoding & 0x0f, 0);
}

bool landing_pads_begin(uintptr_t function, uintptr_t lsda, struct landing_pads *pads)
{
    struct module_extent extent;
    *pads = (struct landing_pads){.base = function};
    if (lsda == 0)
        return true;
    if (lsda == CFI_LSDA_ODD || !module_extent_find(function, &extent))
        return false;
    uintptr_t end = module_extent_readable_to(&extent, lsda);
    if (end == 0)
        return false;
    struct cfi_reader r = {(const uint8_t *)lsda, (const uint8_t *)end, false};
    uint8_t base_encoding = (uint8_t)cfi_read_bytes(&r, 1);
    if (base_encoding != CFI_PE_OMIT)
        pads->base = cfi_read_encoded(&r, base_encoding, 0);
    if (cfi_read_bytes(&r, 1) != CFI_PE_OMIT)
        cfi_read_uleb(&r); /* where the types are */
    pads->encoding = (uint8_t)cfi_read_bytes(&r, 1);
    uint64_t bytes = cfi_read_uleb(&r);
    if (r.bad || bytes > (uint64_t)(r.end - r.at))
        return false;
    pads->sites = (struct cfi_reader){r.at, r.at + bytes, false};
    return true;
}

uintptr_t landing_pads_next(struct landing_pads *pads, bool *bad)
{
    struct cfi_reader *r = &pads->sites;
    while (r->at < r->end) {
        read_offset(r, pads->encoding); /* where the calls begin, and how far they reach */
        read_offset(r, pads->encoding);
        uintptr_t pad = read_offset(r, pads->encoding);
        cfi_read_uleb(r); /* what is done there */
        if (r->bad)
            break;
        if (pad)
            return pads->base + pad;
    }
    *bad = r->bad;
    return 0;
}
