/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile's strings must be valid UTF-8; the paths and symbols they come from need not be.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_UTF8_H
#define MEMPROF_COLLECTOR_PROFILE_UTF8_H

#include <stddef.h>

/* Bytes of the well-formed character that starts `text`; 0: it is none (or a NUL). */
size_t utf8_length(const char *text, size_t length);

/* Replaces in place, byte for byte, what is no UTF-8 (and NUL) by '?'. */
void utf8_sanitize(char *text, size_t length);

#endif
