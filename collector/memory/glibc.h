/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of a process's anonymous memory is glibc's malloc's: arenas, by their place and what they
 * begin with, and large blocks, by the word that glibc has before each.
 */
#ifndef MEMPROF_COLLECTOR_MEMORY_GLIBC_H
#define MEMPROF_COLLECTOR_MEMORY_GLIBC_H

#include "collector/memory/part.h"

/* Adds the parts of `range`, which lies in mapping `index`, private, without a name, and of
 * MEMORY_ANONYMOUS where it is nothing of glibc's. */
void glibc_parts(struct memory_parts *parts, const struct memory_view *view, size_t index,
                 const struct memory_part *range);

#endif
