/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a function goes on when a call in it throws: the call-site table of its language-specific
 * data (.gcc_except_table, as g++ and clang write it for the Itanium C++ ABI).
 */
#ifndef MEMPROF_UNWIND_LANDING_PADS_H
#define MEMPROF_UNWIND_LANDING_PADS_H

#include "preload/unwind/cfi_table.h"

struct landing_pads {
    struct cfi_reader sites; /* the rest of the table */
    uint8_t encoding;
    uintptr_t base; /* what landing pads are relative to */
};

/* Of the function that begins there and has its table at `lsda` (struct cfi_entry).  False: the
 * table is not understood.  Reads only what the module has mapped. */
bool landing_pads_begin(uintptr_t function, uintptr_t lsda, struct landing_pads *pads);

/* The next one, or 0 at the end; *bad: the table is not understood from here on. */
uintptr_t landing_pads_next(struct landing_pads *pads, bool *bad);

#endif
