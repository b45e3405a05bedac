/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEMPROF_INTERPOSE_H
#define MEMPROF_INTERPOSE_H

#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

/* C23; not in every stdlib.h yet. */
void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t align, size_t size);

/* Our malloc under a name that nobody can take over. */
void *interpose_own_malloc(size_t size);

#endif
