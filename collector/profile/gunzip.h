/* SPDX-License-Identifier: Apache-2.0
 *
 * Unpacks gzip in memory, to a bound: a small file can unpack to any size.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_GUNZIP_H
#define MEMPROF_COLLECTOR_PROFILE_GUNZIP_H

#include "collector/base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define GUNZIP_BYTES_MAX ((size_t)1 << 30)

bool gunzip_is_packed(const void *bytes, size_t count);
/* *out is the caller's to free.  `name` is for messages. */
struct error *gunzip(const void *bytes, size_t count, const char *name, unsigned char **out,
                     size_t *out_count);

#endif
