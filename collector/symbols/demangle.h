/* SPDX-License-Identifier: Apache-2.0
 *
 * The name of a symbol as people write it: C++, Rust and D, and Ada.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DEMANGLE_H
#define MEMPROF_COLLECTOR_SYMBOLS_DEMANGLE_H

#include <stdbool.h>

/* Whether a symbol looks like a mangled one. */
bool demangle_may(const char *symbol);

/* Makes room on the stack for symbols of more than 16 KiB, which the demangler follows in
 * depth; for a process of one thread. */
void demangle_prepare(void);

/* In full, with parameters and template arguments.  The caller frees it; NULL:
 * the symbol is not mangled, or its name is longer than 64 KiB (or there is no memory). */
char *demangle(const char *symbol);

/* A name of GNAT's, a__b__Oadd__2, as a.b."+": such names do not show what they are, so who asks
 * knows that it is Ada.  The caller frees it; NULL: it is none. */
char *demangle_ada(const char *symbol);

#endif
