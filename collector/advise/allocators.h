/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions between a program and its memory.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_ALLOCATORS_H
#define MEMPROF_COLLECTOR_ADVISE_ALLOCATORS_H

#include "collector/profile/profile.h"

/* For each function whether it is an allocator or only passes an allocation on: those that the
 * profile's drop_frames name, and those that are used like one.  The caller frees it.  NULL: no
 * memory. */
bool *advise_allocators(const struct profile *profile);

#endif
