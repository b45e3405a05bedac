/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions that the shim takes the place of, by their symbols.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_ALLOCATOR_NAMES_H
#define MEMPROF_COLLECTOR_SYMBOLS_ALLOCATOR_NAMES_H

#include <stdbool.h>

bool allocator_takes(const char *symbol);    /* one that allocates: a stack ends there */
bool allocator_releases(const char *symbol); /* one that frees, or asks: it leads nowhere */

#endif
