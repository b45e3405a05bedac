/* SPDX-License-Identifier: Apache-2.0
 *
 * Sizes, numbers and ages: text to number and back.
 */
#include "tools/quantity.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
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

char *quantity_bytes(char text[static QUANTITY_TEXT], uint64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1024) {
        snprintf(text, QUANTITY_TEXT, "%" PRIu64 " B", bytes);
        return text;
    }
    double value = (double)bytes / 1024;
    size_t unit = 0;
    while (value >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1024;
        unit++;
    }
    snprintf(text, QUANTITY_TEXT, "%.2f %s", value, units[unit]);
    return text;
}

char *quantity_count(char *text, size_t size, uint64_t count, const char *singular)
{
    snprintf(text, size, "%" PRIu64 " %s%s", count, singular, count == 1 ? "" : "s");
    return text;
}

char *quantity_age(char text[static QUANTITY_TEXT], uint64_t seconds)
{
    static const struct {
        uint64_t seconds;
        char name;
    } units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    size_t unit = 0;
    while (unit < 3 && seconds < units[unit].seconds)
        unit++;
    snprintf(text, QUANTITY_TEXT, "%" PRIu64 "%c", seconds / units[unit].seconds, units[unit].name);
    return text;
}
