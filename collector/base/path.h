/* SPDX-License-Identifier: Apache-2.0
 *
 * Cleans and splits file names, by their text alone.
 */
#ifndef MEMPROF_COLLECTOR_BASE_PATH_H
#define MEMPROF_COLLECTOR_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* Whether it has no ".", ".." or slash too many, so that path_clean() would not change it. */
bool path_is_clean(const char *path);

/* Removes them in place; links are not followed.  "" becomes ".". */
void path_clean(char *path);

/* How long the path is without the " (deleted)" with which the kernel marks files that are gone. */
size_t path_bytes(const char *path);

/* The last component: what is behind the last slash. */
const char *path_base(const char *path);

#endif
