/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that the user named: it is there whole or not at all, in the place of whatever regular
 * file was there (collector/new_file.h).  A device or a pipe that is there (/dev/stdout, a shell's
 * >(...)) is written to as it is.
 */
#ifndef MEMPROF_TOOLS_WHOLE_FILE_H
#define MEMPROF_TOOLS_WHOLE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "collector/base/error.h"
#include "collector/new_file.h"

struct whole_file {
    const char *path; /* borrowed */
    bool is_new;      /* false: a device or a pipe */
    struct new_file file;
    int fd; /* to write to; whole_file_close() alone closes it */
};

/* Opens it for writing; `mode` before the umask.  A directory, a socket and a link to a regular
 * file are refused. */
struct error *whole_file_open(struct whole_file *file, const char *path, mode_t mode);
/* Ends it: with `error` NULL what was written is complete and takes its place, else it is
 * removed.  Returns `error`, or what went wrong here. */
struct error *whole_file_close(struct whole_file *file, struct error *error);

#endif
