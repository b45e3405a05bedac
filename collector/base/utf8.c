/* SPDX-License-Identifier: Apache-2.0
 *
 * Well-formed as Unicode's table 3-7 has it: no overlong forms, no surrogates.
 */
#include "collector/base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ASCII_TOP_BITS UINT64_C(0x8080808080808080)

static bool is_between(unsigned char byte, unsigned char low, unsigned char high)
{
    return byte >= low && byte <= high;
}

size_t utf8_length(const char *text, size_t length)
{
    const unsigned char *byte = (const unsigned char *)text;
    if (length == 0 || byte[0] == 0)
        return 0;
    if (byte[0] < 0x80)
        return 1;
    unsigned char low = 0x80, high = 0xbf; /* of the second byte */
    size_t wanted;
    if (is_between(byte[0], 0xc2, 0xdf))
        wanted = 2;
    else if (is_between(byte[0], 0xe0, 0xef))
        wanted = 3;
    else if (is_between(byte[0], 0xf0, 0xf4))
        wanted = 4;
    else
        return 0;
    if (byte[0] == 0xe0)
        low = 0xa0;
    else if (byte[0] == 0xed)
        high = 0x9f;
    else if (byte[0] == 0xf0)
        low = 0x90;
    else if (byte[0] == 0xf4)
        high = 0x8f;
    if (length < wanted || !is_between(byte[1], low, high))
        return 0;
    for (size_t i = 2; i < wanted; i++)
        if (!is_between(byte[i], 0x80, 0xbf))
            return 0;
    return wanted;
}

/* Whether the next eight bytes are plain ASCII, as nearly all are. */
static bool is_ascii(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof(word));
    bool has_zero = ((word - UINT64_C(0x0101010101010101)) & ~word & ASCII_TOP_BITS) != 0;
    return (word & ASCII_TOP_BITS) == 0 && !has_zero;
}

void utf8_sanitize(char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        if (length - at >= sizeof(uint64_t) && is_ascii(text + at)) {
            at += sizeof(uint64_t);
            continue;
        }
        size_t step = utf8_length(text + at, length - at);
        if (step == 0) {
            text[at] = '?';
            step = 1;
        }
        at += step;
    }
}
