/* SPDX-License-Identifier: Apache-2.0
 *
 * Digits, and one letter behind them.
 */
#include "tools/quantity.h"

#include <limits.h>
#include <string.h>

/* Reads the digits of `text`; returns what follows them, NULL when there are none
 * or too many. */
static const char *read_digits(const char *text, uint64_t *number)
{
    const char *first = text;
    uint64_t value = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (unsigned)(*text - '0'), &value))
            return NULL;
    *number = value;
    return text == first ? NULL : text;
}

static bool parse_with_units(const char *text, const char *units, const uint64_t *factors,
                             uint64_t *number)
{
    const char *end = read_digits(text, number);
    if (!end)
        return false;
    if (!*end)
        return true;
    const char *unit = strchr(units, *end);
    return unit && !end[1] && !__builtin_mul_overflow(*number, factors[unit - units], number);
}

bool quantity_parse_bytes(const char *text, uint64_t *bytes)
{
    static const uint64_t factors[] = {1u << 10, 1u << 20, 1u << 30, 1u << 10, 1u << 20, 1u << 30};
    return parse_with_units(text, "KMGkmg", factors, bytes);
}

bool quantity_parse_seconds(const char *text, uint64_t *seconds)
{
    static const uint64_t factors[] = {1, 60, 3600, 86400};
    return parse_with_units(text, "smhd", factors, seconds);
}

bool quantity_parse_number(const char *text, uint64_t *number)
{
    const char *end = read_digits(text, number);
    return end && !*end;
}

bool quantity_parse_pid(const char *text, pid_t *pid)
{
    uint64_t number;
    if (!quantity_parse_number(text, &number) || number < 1 || number > INT_MAX)
        return false;
    *pid = (pid_t)number;
    return true;
}
