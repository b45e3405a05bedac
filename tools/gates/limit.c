/* SPDX-License-Identifier: Apache-2.0
 *
 * strtod() is not asked: it takes signs, infinities, exponents and the decimal sign of a locale.
 */
#include "tools/gates/limit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LIMIT_MAX 0x1p60 /* of what a profile can hold */

struct unit {
    const char *name;
    double bytes;
};

static const struct unit units[] = {
    {"B", 1},       {"K", 0x1p10},  {"KB", 0x1p10},  {"KiB", 0x1p10}, {"k", 0x1p10},
    {"kB", 0x1p10}, {"M", 0x1p20},  {"MB", 0x1p20},  {"MiB", 0x1p20}, {"m", 0x1p20},
    {"G", 0x1p30},  {"GB", 0x1p30}, {"GiB", 0x1p30}, {"g", 0x1p30},   {"", 1},
};

static const struct unit *find_unit(const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}

/* Digits with at most one point between them; returns what follows, NULL: there are none.  One
 * division of two whole numbers, so that what limit_text() wrote is read as the same number. */
static const char *read_decimal(const char *text, double *number, bool *has_fraction)
{
    const char *first = text;
    double digits = 0, place = 1;
    for (; *text >= '0' && *text <= '9'; text++)
        digits = digits * 10 + (*text - '0');
    if (text == first)
        return NULL;
    *has_fraction = *text == '.';
    if (*has_fraction)
        for (first = ++text; *text >= '0' && *text <= '9'; text++, place *= 10)
            digits = digits * 10 + (*text - '0');
    *number = digits / place;
    return *has_fraction && text == first ? NULL : text;
}

const char *limit_examples(enum metric metric)
{
    if (metric_is_per_operation(metric))
        return metric_is_bytes(metric) ? "16B, 1K or 0.5" : "2 or 0.5";
    return metric_is_bytes(metric) ? "64KiB, 1M or 4096" : "1000";
}

bool limit_parse(const char *text, enum metric metric, struct limit *limit)
{
    bool has_fraction;
    double number;
    const char *rest = read_decimal(text, &number, &has_fraction);
    if (!rest)
        return false;
    limit->is_relative = strcmp(rest, "%") == 0;
    if (limit->is_relative) {
        limit->number = number / 100;
        return number < LIMIT_MAX; /* false of NaN, too */
    }
    const struct unit *unit = find_unit(rest);
    if (!unit || (*rest && !metric_is_bytes(metric)))
        return false;
    if (has_fraction && !metric_is_per_operation(metric) && unit->bytes == 1)
        return false;
    limit->number = number * unit->bytes;
    return limit->number < LIMIT_MAX;
}

char *limit_text(char text[static MEASURE_TEXT], enum metric metric, const char *like,
                 double number)
{
    const char *name = like + strspn(like, "0123456789.");
    const struct unit *unit = metric_is_bytes(metric) ? find_unit(name) : NULL;
    if (metric_is_per_operation(metric) && number != ceil(number)) {
        /* Four decimals are enough for people.  It is rounded up, so that the value stays within
         * the limit. */
        snprintf(text, MEASURE_TEXT, "%.4f", ceil(number * 10000) / 10000);
        return text;
    }
    double whole = ceil(number);
    if (unit && unit->bytes > 1 && whole > 0) {
        double rounded = ceil(whole / unit->bytes) * unit->bytes;
        if (rounded <= whole * 1.01) {
            snprintf(text, MEASURE_TEXT, "%.0f%s", rounded / unit->bytes, name);
            return text;
        }
    }
    snprintf(text, MEASURE_TEXT, "%.0f%s", whole, unit && unit->bytes == 1 ? name : "");
    return text;
}
