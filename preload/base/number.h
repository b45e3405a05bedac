/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as they are written in options and in files: decimal digits without sign or space.
 * No locale and no libc; the commands read options by the same rules.
 */
#ifndef MEMPROF_NUMBER_H
#define MEMPROF_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the digits that `text` begins with.  Returns what follows them, or NULL: there are none,
 * or the number has more than 64 bits. */
static inline const char *number_read(const char *text, uint64_t *number)
{
    uint64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (unsigned)(*at - '0'), &value))
            return NULL;
    *number = value;
    return at == text ? NULL : at;
}

/* Digits and nothing else. */
static inline bool number_parse(const char *text, uint64_t *number)
{
    const char *end = number_read(text, number);
    return end && !*end;
}

/* Bytes: digits, and perhaps one K, M or G (powers of 1024; small letters, too). */
static inline bool number_parse_bytes(const char *text, uint64_t *bytes)
{
    const char *end = number_read(text, bytes);
    uint64_t unit = 1;
    if (!end)
        return false;
    switch (*end) {
    case '\0':
        return true;
    case 'K':
    case 'k':
        unit = UINT64_C(1) << 10;
        break;
    case 'M':
    case 'm':
        unit = UINT64_C(1) << 20;
        break;
    case 'G':
    case 'g':
        unit = UINT64_C(1) << 30;
        break;
    default:
        return false;
    }
    return !end[1] && !__builtin_mul_overflow(*bytes, unit, bytes);
}

#endif
