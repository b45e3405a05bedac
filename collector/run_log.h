/* SPDX-License-Identifier: Apache-2.0
 *
 * `memprof run` leaves a file beside the states; whoever writes a profile of one
 * of its processes adds a line, from which the summary is made.
 */
#ifndef MEMPROF_COLLECTOR_RUN_LOG_H
#define MEMPROF_COLLECTOR_RUN_LOG_H

#include "collector/collect_options.h"

/* `directory` is a descriptor of the state's; nothing happens when there is no such file. */
void run_log_append(int directory, const struct collect_result *result);

#endif
