/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings in fixed buffers, without stdio and without heap.  What does not fit is
 * cut; the text always ends in a NUL.
 */
#ifndef MEMPROF_TEXT_H
#define MEMPROF_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
    char *bytes;
    size_t capacity; /* with the NUL */
    size_t length;
};

static inline void text_add_bytes(struct text *text, const char *s, size_t bytes)
{
    size_t room = text->capacity - 1 - text->length;
    if (bytes > room)
        bytes = room;
    memcpy(text->bytes + text->length, s, bytes);
    text->length += bytes;
    text->bytes[text->length] = '\0';
}

static inline void text_add_cut(struct text *text, const char *s, size_t most)
{
    text_add_bytes(text, s, strnlen(s, most));
}

static inline void text_add(struct text *text, const char *s)
{
    text_add_bytes(text, s, strlen(s));
}

/* `value` in `base` (10 or 16), at least `digits` wide. */
static inline void text_add_number(struct text *text, uint64_t value, unsigned base, int digits)
{
    char buffer[24];
    char *p = buffer + sizeof buffer - 1;
    *p = '\0';
    for (; value || digits > 0; value /= base, digits--)
        *--p = "0123456789abcdef"[value % base];
    text_add(text, p);
}

#endif
