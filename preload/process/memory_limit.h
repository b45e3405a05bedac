/* SPDX-License-Identifier: Apache-2.0
 *
 * How much memory the program may have.
 */
#ifndef MEMPROF_MEMORY_LIMIT_H
#define MEMPROF_MEMORY_LIMIT_H

#include <stdint.h>

/* The smaller of its limits on address space and on data; UINT64_MAX: none.  Makes system calls. */
uint64_t memory_limit(void);

#endif
