/* SPDX-License-Identifier: Apache-2.0
 *
 * Cleans text that others wrote (names, paths, comments) before it reaches a terminal, a log
 * or a message.  What could move the cursor, change
 * colours, end the line or reorder what is read becomes '?': control characters
 * (C0, DEL, C1), Unicode's controls of direction and its line separators, and bytes
 * that are no UTF-8.
 */
#ifndef MEMPROF_COLLECTOR_BASE_CLEAN_H
#define MEMPROF_COLLECTOR_BASE_CLEAN_H

#include <stddef.h>
#include <stdio.h>

/* In place, byte for byte; returns `text`.  NUL bytes are replaced, too. */
char *clean_bytes(char *text, size_t length);
char *clean_text(char *text); /* up to its NUL */
/* Writes `length` bytes of text, cleaned. */
void clean_put(FILE *out, const char *text, size_t length);
void clean_put_text(FILE *out, const char *text);

#endif
