/* SPDX-License-Identifier: Apache-2.0
 *
 * Text files that people keep beside their sources and that are rewritten here: read whole, and
 * replaced whole.
 */
#ifndef MEMPROF_TOOLS_SMALL_FILE_H
#define MEMPROF_TOOLS_SMALL_FILE_H

#include <stddef.h>

#include "collector/base/error.h"

#define SMALL_FILE_BYTES_MAX (1 << 20)

/* The bytes of a regular file of at most that size, which the caller frees; on an error *bytes is
 * NULL and *number why it could not be opened, 0 for anything else. */
struct error *small_file_read(const char *path, char **bytes, size_t *count, int *number);

/* Puts these bytes in its place in one step, with the permissions of the file that is there.
 * A symbolic link is refused. */
struct error *small_file_replace(const char *path, const char *bytes, size_t count);

#endif
