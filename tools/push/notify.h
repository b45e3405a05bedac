/* SPDX-License-Identifier: Apache-2.0
 *
 * What systemd is told of a service (sd_notify(3)): a datagram to the socket that it names.
 */
#ifndef MEMPROF_TOOLS_PUSH_NOTIFY_H
#define MEMPROF_TOOLS_PUSH_NOTIFY_H

#include <stdint.h>

/* "READY=1", "WATCHDOG=1", "STOPPING=1"; nothing is told where nobody listens. */
void notify(const char *text);
/* How often a sign of life is wanted at the latest; 0: never. */
int64_t notify_watchdog_ms(void);

#endif
