/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that belongs to one process.  Each part of the shim keeps what a fork's child must not
 * see in an object of its own, and all of these objects lie in one section of whole pages that
 * the kernel hands to a child as zeroes (MADV_WIPEONFORK).  Zero therefore means "nothing yet"
 * to every part.
 *
 *     struct PROCESS_WIDE_TYPE thing { ... };
 *     PROCESS_WIDE(struct thing, thing);
 *
 * The kernel wipes anonymous memory only, so the section has to be one without contents in
 * the file (NOBITS), like .bss.  The linker names its ends, because its name is an identifier.
 */
#ifndef MEMPROF_PROCESS_WIDE_H
#define MEMPROF_PROCESS_WIDE_H

#include "arch_pages.h"
#include "preload/base/hidden.h"

#include <assert.h>
#include <stdbool.h>

#define PROCESS_WIDE_PAGE ARCH_PAGE_MOST

/* Of a struct: it fills whole pages, which it shares with nothing. */
#define PROCESS_WIDE_TYPE __attribute__((aligned(PROCESS_WIDE_PAGE)))

/* A compiler gives a section that it does not know contents, and has no attribute that says
 * otherwise.  clang has a pragma, which names the section of zeroes.  gcc writes the name to the
 * assembler as it is: the name brings the flags along, and a comment, which begins a line of its
 * own on every machine, hides those of gcc. */
#if defined(__clang__)
#define PROCESS_WIDE(type, name)                                                                   \
    _Pragma("clang section bss=\"process_wide\"") type name;                                       \
    _Pragma("clang section bss=\"\"") PROCESS_WIDE_CHECK(type)
#else
#define PROCESS_WIDE(type, name)                                                                   \
    type name __attribute__((section("process_wide,\"aw\",@nobits\n#")));                          \
    PROCESS_WIDE_CHECK(type)
#endif
#define PROCESS_WIDE_CHECK(type)                                                                   \
    static_assert(sizeof(type) % PROCESS_WIDE_PAGE == 0, "PROCESS_WIDE_TYPE is missing")

/* The ends of the section. */
extern HIDDEN char __start_process_wide[], __stop_process_wide[];

/* madvise on the whole of it; false when the kernel refuses. */
bool process_wide_advise(int advice);

#endif
