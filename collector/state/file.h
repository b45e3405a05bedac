/* SPDX-License-Identifier: Apache-2.0
 *
 * A state, or another file beside it, by a directory that was opened once: whatever
 * becomes of that directory's name, nothing is read, removed or appended elsewhere.
 */
#ifndef MEMPROF_COLLECTOR_STATE_FILE_H
#define MEMPROF_COLLECTOR_STATE_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

/* A descriptor of the directory that `path` lies in, good for the calls whose names end
 * in `at`, or -1 with errno; stores where in `path` the last component begins. */
int state_file_open_directory(const char *path, const char **name);

/* Is it ours, and closed to others for writing? */
bool state_file_directory_is_private(int directory);

/* A regular file that is still `expected` and has no other name. */
bool state_file_is(int directory, const char *name, const struct stat *expected);
/* Removes it, if state_file_is(). */
bool state_file_remove(int directory, const char *name, const struct stat *expected);
/* The same, unless somebody holds its lock: it is being collected, or its run goes on. */
bool state_file_remove_unlocked(int directory, const char *name, const struct stat *expected);

#endif
