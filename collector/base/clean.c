/* SPDX-License-Identifier: Apache-2.0
 *
 * A character that must not be shown gives as many '?' as it has bytes, so that a
 * text keeps its length and can be cleaned where it lies.
 */
#include "collector/base/clean.h"
#include "collector/base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The code point of a well-formed character of `length` bytes. */
static uint32_t code_point(const char *text, size_t length)
{
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t point = (unsigned char)text[0] & masks[length];
    for (size_t i = 1; i < length; i++)
        point = point << 6 | ((unsigned char)text[i] & 0x3f);
    return point;
}

static bool is_shown(uint32_t point)
{
    if (point < 0x20 || (point >= 0x7f && point < 0xa0))
        return false; /* C0, DEL, C1 */
    if (point == 0x061c || point == 0x200e || point == 0x200f)
        return false; /* marks of direction */
    if (point >= 0x2028 && point <= 0x202e)
        return false; /* separators of lines and paragraphs; embeddings and overrides */
    return point < 0x2066 || point > 0x206f; /* isolates, and deprecated controls */
}

/* Bytes of the character that starts `text`; *shown: whether it may be shown. */
static size_t next(const char *text, size_t length, bool *shown)
{
    size_t step = utf8_length(text, length);
    *shown = step != 0 && is_shown(code_point(text, step));
    return step ? step : 1;
}

char *clean_bytes(char *text, size_t length)
{
    for (size_t at = 0, step; at < length; at += step) {
        bool shown;
        step = next(text + at, length - at, &shown);
        if (!shown)
            memset(text + at, '?', step);
    }
    return text;
}

char *clean_text(char *text)
{
    return clean_bytes(text, strlen(text));
}

void clean_put(FILE *out, const char *text, size_t length)
{
    for (size_t at = 0, step; at < length; at += step) {
        bool shown;
        step = next(text + at, length - at, &shown);
        if (shown)
            fwrite(text + at, 1, step, out);
        else
            fwrite("????", 1, step, out);
    }
}

void clean_put_text(FILE *out, const char *text)
{
    clean_put(out, text, strlen(text));
}
