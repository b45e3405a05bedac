/* SPDX-License-Identifier: Apache-2.0
 *
 * The clock that deadlines are told by.
 */
#ifndef MEMPROF_COLLECTOR_BASE_CLOCK_H
#define MEMPROF_COLLECTOR_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now_ms(void); /* CLOCK_MONOTONIC */

#endif
