/* SPDX-License-Identifier: Apache-2.0
 *
 * All of some bytes, whatever the kernel takes or gives at once.
 */
#ifndef MEMPROF_COLLECTOR_BASE_WHOLE_H
#define MEMPROF_COLLECTOR_BASE_WHOLE_H

#include <stdbool.h>
#include <stddef.h>

/* False: errno says why not all were written. */
bool whole_write(int fd, const void *bytes, size_t count);
/* How many were read: fewer at the end of the file, or when that failed. */
size_t whole_read(int fd, void *bytes, size_t count);

#endif
