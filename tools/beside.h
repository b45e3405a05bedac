/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a file that was found near this program may be used.
 */
#ifndef MEMPROF_TOOLS_BESIDE_H
#define MEMPROF_TOOLS_BESIDE_H

#include <stdbool.h>

/* The file of this program, absolute and without symbolic links; also where there is no /proc.  The
 * caller frees it.  NULL: not known. */
char *beside_self(void);

/* `self` and `path` are absolute and without symbolic links.  False: a
 * user who cannot replace `self` could replace `path`. */
bool beside_is_safe(const char *self, const char *path);

#endif
