/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs that were installed or built together with the library.
 */
#ifndef MEMPROF_BESIDE_H
#define MEMPROF_BESIDE_H

#include "preload/process/config.h"

/* Stores where the program `name` lies, as an absolute path without symbolic links; false,
 * and an empty path: there is none, or others could have put it there.  Allocates nothing;
 * one thread calls it, at start. */
bool beside_find(const char *name, char path[CONFIG_PATH_MAX]);

#endif
