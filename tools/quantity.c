/* SPDX-License-Identifier: Apache-2.0
 *
 * Digits, and one letter behind them.
 */
#include "tools/quantity.h"
#include "preload/base/number.h"

#include <limits.h>
#include <string.h>

bool quantity_parse_bytes(const char *text, uint64_t *bytes)
{
    return number_parse_bytes(text, bytes);
}

bool quantity_parse_seconds(const char *text, uint64_t *seconds)
{
    static const uint64_t factors[] = {1, 60, 3600, 86400};
    static const char units[] = "smhd";
    const char *end = number_read(text, seconds);
    if (!end)
        return false;
    if (!*end)
        return true;
    const char *unit = strchr(units, *end);
    return unit && !end[1] && !__builtin_mul_overflow(*seconds, factors[unit - units], seconds);
}

bool quantity_parse_number(const char *text, uint64_t *number)
{
    return number_parse(text, number);
}

bool quantity_parse_pid(const char *text, pid_t *pid)
{
    uint64_t number;
    if (!quantity_parse_number(text, &number) || number < 1 || number > INT_MAX)
        return false;
    *pid = (pid_t)number;
    return true;
}
