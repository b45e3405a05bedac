/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that is there whole or not at all: it is written under another name and takes its own
 * when it is complete.  A device or a pipe that is there (/dev/stdout, a shell's >(...)) is
 * written to as it is.
 */
#ifndef MEMPROF_TOOLS_WHOLE_FILE_H
#define MEMPROF_TOOLS_WHOLE_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "collector/base/error.h"

struct whole_file {
    const char *path; /* borrowed */
    char *temporary;  /* NULL: a device or a pipe */
    int fd;
};

/* Opens it for writing; `mode` before the umask.  A directory, a socket and a link to a regular
 * file are refused. */
struct error *whole_file_open(struct whole_file *file, const char *path, mode_t mode);
/* Ends it: with `error` NULL what was written is complete and takes its place, else it is
 * removed.  Returns `error`, or what went wrong here. */
struct error *whole_file_close(struct whole_file *file, struct error *error);

#endif
