/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs that were installed or built together with the library.
 */
#ifndef MEMPROF_BESIDE_H
#define MEMPROF_BESIDE_H

#include <stdbool.h>

#define BESIDE_PATH_MAX 4096

/* Stores where the program `name` lies, as an absolute path without symbolic links; false,
 * and an empty path: there is none, or others could have put it there.  `cwd` is the working
 * directory in which the library was loaded.  Allocates nothing;
 * one thread calls it, at start. */
bool beside_find(const char *name, const char *cwd, char path[BESIDE_PATH_MAX]);

#endif
