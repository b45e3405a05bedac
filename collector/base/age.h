/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEMPROF_COLLECTOR_BASE_AGE_H
#define MEMPROF_COLLECTOR_BASE_AGE_H

#include <stdint.h>
#include <sys/stat.h>

/* When a file was last written to, CLOCK_REALTIME. */
int64_t age_written_ns(const struct stat *status);
/* Nanoseconds since a file was last written to; 0 when its clock is ahead of ours. */
uint64_t age_of(const struct stat *status);

#endif
