/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as people type and read them: sizes with K, M, G; ages with s, m, h, d.
 */
#ifndef MEMPROF_TOOLS_QUANTITY_H
#define MEMPROF_TOOLS_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
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

#define QUANTITY_TEXT 32

/* "512 B", "1.50 kB", "3.25 MB": 1024-based, as pprof has it.  Returns `text`. */
char *quantity_bytes(char text[static QUANTITY_TEXT], uint64_t bytes);

/* "1 object", "12345 objects".  Returns `text`. */
char *quantity_count(char *text, size_t size, uint64_t count, const char *singular);

/* "12s", "3m", "5h", "2d": the largest unit that fits.  Returns `text`. */
char *quantity_age(char text[static QUANTITY_TEXT], uint64_t seconds);

#endif
