/* SPDX-License-Identifier: Apache-2.0
 *
 * What the shim may say: one line on descriptor 2, by one write(2), and only
 * while that descriptor is still the one the process started with.
 */
#ifndef MEMPROF_LOG_H
#define MEMPROF_LOG_H

#include "preload/base/hidden.h"

#include <stdbool.h>
#include <stdint.h>

/* What descriptor 2 was when the process started. */
struct log_stderr {
    bool is_open;
    uint64_t device, inode;
};
extern HIDDEN struct log_stderr log_stderr;

/* Looks at descriptor 2; before the first line, once. */
void log_init(void);

/* Writes "memprof: " and the strings up to NULL, then a newline.  Preserves
 * errno; no heap, no stdio. */
void log_line(const char *first, ...) __attribute__((sentinel));

/* What an error number means, in words. */
const char *log_reason(int error);

/* True if descriptor 2 is still the one of the start. */
bool log_possible(void);

#endif
