/* SPDX-License-Identifier: Apache-2.0
 *
 * Who this process is: user and group ids, capabilities, root directory.  What was
 * decided at the start (which file the collector is) holds for that process only.
 */
#ifndef MEMPROF_IDENTITY_H
#define MEMPROF_IDENTITY_H

#include <stdbool.h>

/* Remembers it; once, at start. */
void identity_note(void);

/* False once any of it has changed.  System calls only; any thread. */
bool identity_is_unchanged(void);

#endif
