/* SPDX-License-Identifier: Apache-2.0
 *
 * What an untrusted file may cost this process: memory (RLIMIT_DATA,
 * which files that are mapped do not count for) and time of its processor, both in
 * proportion to the file.  A small file that asks for more is an error, not a load.
 */
#ifndef MEMPROF_COLLECTOR_BASE_BUDGET_H
#define MEMPROF_COLLECTOR_BASE_BUDGET_H

#include "collector/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* A sanitizer takes more memory than any limit, for itself. */
#if defined(__SANITIZE_ADDRESS__)
#define BUDGET_HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BUDGET_HAS_SANITIZER 1
#endif
#endif

/* Begins a limit for a file of `input_bytes`, unpacked and without holes.  Limits nest: their
 * bytes add up. */
void budget_begin(uint64_t input_bytes);
void budget_end(void);
/* Whether the time is over; cheap enough for loops, which then fail as without memory. */
bool budget_is_over(void);
/* For commands: called by a signal handler 3 s of computing after the time is over, where no
 * loop looked; it says so and ends the process.  Until budget_end(). */
void budget_set_alarm(void (*over)(void));
/* The error for it: "<what>: it takes more than ...". */
struct error *budget_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The bytes of a file that are stored. */
uint64_t budget_stored_bytes(int fd);

#endif
