/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of D's symbols.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DEMANGLE_D_H
#define MEMPROF_COLLECTOR_SYMBOLS_DEMANGLE_D_H

#include <stddef.h>

/* The caller frees it; NULL: it is no symbol of D's, or its name is longer than bytes_max. */
char *demangle_d(const char *symbol, size_t bytes_max);

#endif
