/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as people type them: sizes with K, M, G; ages with s, m, h, d.
 */
#ifndef MEMPROF_TOOLS_QUANTITY_H
#define MEMPROF_TOOLS_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* "4096", "512K", "64M", "1G" (1024-based).  False: not that, or over 64 bits. */
bool quantity_parse_bytes(const char *text, uint64_t *bytes);

/* Digits only. */
bool quantity_parse_number(const char *text, uint64_t *number);

/* A process id: digits only, 1 or more. */
bool quantity_parse_pid(const char *text, pid_t *pid);

/* "90", "90s", "15m", "12h", "7d". */
bool quantity_parse_seconds(const char *text, uint64_t *seconds);

#endif
