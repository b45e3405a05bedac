/* SPDX-License-Identifier: Apache-2.0
 *
 * Where functions begin, from the unwind tables that a stripped file keeps, too.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_UNWIND_STARTS_H
#define MEMPROF_COLLECTOR_SYMBOLS_UNWIND_STARTS_H

#include "collector/symbols/image.h"

/* Fills starts[i] with the start of the function around addresses[i] (both as the ELF file has
 * them); 0: not known. */
void unwind_starts_find(const struct image *image, const uint64_t *addresses, uint32_t count,
                        uint64_t *starts);

#endif
