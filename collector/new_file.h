/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that is there whole or not at all: it is written without a name, or under one that
 * nobody looks for, and takes its own in one step when it is complete.  Which names may be taken is
 * for others to say (output.h, tools/whole_file.h).
 */
#ifndef MEMPROF_COLLECTOR_NEW_FILE_H
#define MEMPROF_COLLECTOR_NEW_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

struct new_file {
    char temporary[40]; /* in the directory */
    char link[40];      /* a path in /proc of the file, if it has no name yet */
    bool has_temporary; /* it is there */
    int directory, fd;  /* -1: none */
    struct stat status; /* of our file, once it is finished */
};

#define NEW_FILE_NONE ((struct new_file){.directory = -1, .fd = -1})

/* All of these give false with errno.  new_file_deinit() what was NEW_FILE_NONE in any case: it
 * removes what has no name of its own yet. */

/* Opens the directory that `path` lies in, without which nothing else works. */
bool new_file_open_directory(struct new_file *file, const char *path);
/* Opens file->fd, for writing; `mode` before the umask. */
bool new_file_create(struct new_file *file, mode_t mode);
/* It is complete.  It takes a name next. */
bool new_file_finish(struct new_file *file);
/* A name in the directory that nothing has; EEXIST: something has it. */
bool new_file_take(struct new_file *file, const char *name);
/* The name of `older` in the directory; EEXIST: another file has it by now.  NULL: of whatever has
 * it. */
bool new_file_replace(struct new_file *file, const char *name, const struct stat *older);
/* After the name. */
bool new_file_close(struct new_file *file);
void new_file_deinit(struct new_file *file);

#endif
