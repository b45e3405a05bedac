/* SPDX-License-Identifier: Apache-2.0
 *
 * What a place in a module is called when nothing names it.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_FALLBACK_NAME_H
#define MEMPROF_COLLECTOR_SYMBOLS_FALLBACK_NAME_H

#include "collector/state/module.h"

#include <stdint.h>

/* "libfoo.so+0x1a2b", for an address as the file has it.  The caller frees it; NULL: no memory. */
char *symbol_fallback_name(const struct module *module, uint64_t vaddr);

#endif
