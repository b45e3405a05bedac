/* SPDX-License-Identifier: Apache-2.0
 *
 * What libc's exit does with open FILEs after the last exit handler.
 */
#ifndef MEMPROF_STDIO_FLUSH_H
#define MEMPROF_STDIO_FLUSH_H

#include <stdbool.h>

/* Writes out pending output and puts the position of seekable input back to where the
 * program stopped reading.  False: some FILE that needs it is locked by another thread, or
 * this libc does not tell which FILEs there are; then libc's exit has to do it.  Blocks
 * where libc's exit would.  In an exit handler only, by one thread. */
bool stdio_flush(void);

#endif
