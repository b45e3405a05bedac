/* SPDX-License-Identifier: Apache-2.0
 *
 * A client of debuginfod servers (DEBUGINFOD_URLS), used only when asked for.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DEBUGINFOD_H
#define MEMPROF_COLLECTOR_SYMBOLS_DEBUGINFOD_H

#include <stdint.h>

/* Path of the debug file in the client's cache, fetched if need be; the caller
 * frees it.  NULL: none, no such library, or over the time-out. */
char *debuginfod_fetch(const uint8_t *build_id, uint32_t length, unsigned timeout_s);

#endif
