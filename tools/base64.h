/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes as text (RFC 4648), with padding, in one line.
 */
#ifndef MEMPROF_TOOLS_BASE64_H
#define MEMPROF_TOOLS_BASE64_H

#include <stddef.h>
#include <stdio.h>

/* {.out = stream}; then any number of pieces, and the end.  That writing failed the stream says. */
struct base64 {
    FILE *out;
    unsigned char rest[3];
    unsigned count;
};

void base64_put(struct base64 *base64, const unsigned char *bytes, size_t count);
void base64_end(struct base64 *base64);

#endif
