/* SPDX-License-Identifier: Apache-2.0
 *
 * File names as they are compared.
 */
#ifndef MEMPROF_COLLECTOR_BASE_PATH_H
#define MEMPROF_COLLECTOR_BASE_PATH_H

#include <stdbool.h>

/* Whether it has no ".", ".." or slash too many, so that path_clean() would not change it. */
bool path_is_clean(const char *path);

/* Takes them out in place, by the text alone: links are not followed.  "" becomes ".". */
void path_clean(char *path);

/* Behind the last slash. */
const char *path_base(const char *path);

#endif
