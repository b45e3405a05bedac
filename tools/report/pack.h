/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns of numbers and texts, as the data of a report has them: numbers of a variable length,
 * seven bits to a byte, the lowest first; signed ones with their sign in the lowest bit; a text
 * ends with a NUL.
 */
#ifndef MEMPROF_TOOLS_REPORT_PACK_H
#define MEMPROF_TOOLS_REPORT_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct pack {
    unsigned char *bytes;
    size_t count, capacity;
    bool has_failed; /* no memory: what is put afterwards is lost */
};

void pack_number(struct pack *pack, uint64_t number);
void pack_signed(struct pack *pack, int64_t number);
void pack_text(struct pack *pack, const char *text);
void pack_bytes(struct pack *pack, const void *bytes, size_t count);
void pack_deinit(struct pack *pack);

/* Writes them deflated, in zlib's format, and as base64.  False: no memory; that writing failed the
 * stream says. */
bool pack_write(const struct pack *pack, FILE *out);

#endif
