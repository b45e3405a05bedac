/* SPDX-License-Identifier: Apache-2.0
 *
 * What each range of a mapping is used for.
 */
#ifndef MEMPROF_COLLECTOR_MEMORY_PARTS_H
#define MEMPROF_COLLECTOR_MEMORY_PARTS_H

#include "collector/memory/part.h"

/* The parts of mapping `index`, which follow each other from its start to its end, in place of
 * those that are in the list. */
void memory_parts_of(struct memory_parts *parts, const struct memory_view *view, size_t index);

#endif
