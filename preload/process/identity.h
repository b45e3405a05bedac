/* SPDX-License-Identifier: Apache-2.0
 *
 * Who this process is: user and group ids, capabilities, root directory.  What was decided at the
 * start (which file is the collector) is valid for that process only.
 */
#ifndef MEMPROF_IDENTITY_H
#define MEMPROF_IDENTITY_H

#include <stdbool.h>

/* Remembers it; once, at start. */
void identity_note(void);

/* True if a seccomp filter was there at the start. */
bool identity_was_filtered(void);

/* The program's command name, as identity_obstacle() last found it: that of its first thread. */
#define IDENTITY_NAME_BYTES 32
const char *identity_name(void);

/* NULL while all of it is as it was and nobody traces this process; else what is not, as words
 * for a message.  Reads a file; one thread at a time. */
const char *identity_obstacle(void);

#endif
