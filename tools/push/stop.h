/* SPDX-License-Identifier: Apache-2.0
 *
 * Signals: SIGTERM and SIGINT end it, within two seconds whatever it is doing; SIGHUP has it read
 * its secrets again and look for processes.
 */
#ifndef MEMPROF_TOOLS_PUSH_STOP_H
#define MEMPROF_TOOLS_PUSH_STOP_H

#include <stdbool.h>

#include "collector/base/error.h"

/* A descriptor that is readable when a signal has come. */
struct error *stop_init(int *fd);
/* Each is told once. */
bool stop_is_wanted(void);
bool stop_has_hung_up(void);
/* Makes `fd` not readable until the next signal. */
void stop_drain(int fd);

#endif
