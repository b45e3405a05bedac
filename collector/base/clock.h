/* SPDX-License-Identifier: Apache-2.0
 *
 * What time it is.
 */
#ifndef MEMPROF_COLLECTOR_BASE_CLOCK_H
#define MEMPROF_COLLECTOR_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

uint64_t clock_ns(clockid_t clock);
int64_t clock_now_ms(void); /* CLOCK_MONOTONIC, by which deadlines are told */
int64_t clock_now_s(void);  /* CLOCK_REALTIME, since 1970 */

#endif
