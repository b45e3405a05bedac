/* SPDX-License-Identifier: Apache-2.0
 *
 * Units and number formats: pprof's, then those of sentences and lists.
 */
#include "tools/measure.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct scale {
    const char *unit; /* of the profile's values, without a plural s */
    struct {
        const char *name;
        double factor;
    } steps[6];
};

static const struct scale scales[] = {
    {"byte",
     {{"B", 1}, {"kB", 0x1p10}, {"MB", 0x1p20}, {"GB", 0x1p30}, {"TB", 0x1p40}, {"PB", 0x1p50}}},
    {"nanosecond", {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"hrs", 3600e9}, {NULL, 0}}},
};

static const struct scale *scale_of(const char *unit)
{
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        size_t length = strlen(scales[i].unit);
        if (strncmp(unit, scales[i].unit, length) == 0 &&
            (!unit[length] || strcmp(unit + length, "s") == 0))
            return &scales[i];
    }
    return NULL;
}

/* The largest step that does not exceed the value. */
static size_t step_of(const struct scale *scale, double value)
{
    size_t step = 0;
    for (size_t i = 0; i < 6 && scale->steps[i].name; i++)
        if (value / scale->steps[i].factor >= 1)
            step = i;
    return step;
}

struct measure measure_choose(const char *unit, int64_t smallest, int64_t total)
{
    const struct scale *scale = scale_of(unit);
    if (!scale) /* a count has no unit worth printing */
        return (struct measure){1, strcmp(unit, "count") == 0 ? "" : unit};
    double least = smallest ? fabs((double)smallest) : fabs((double)total);
    double most = fabs((double)total);
    size_t step = step_of(scale, least);
    if (step != step_of(scale, most) && least * 100 < most)
        step = step_of(scale, least * 100);
    return (struct measure){scale->steps[step].factor, scale->steps[step].name};
}

char *measure_value(char text[static MEASURE_TEXT], const struct measure *measure, int64_t value)
{
    char number[MEASURE_TEXT];
    int length = snprintf(number, sizeof number, "%.2f", (double)value / measure->factor);
    if (length > 3 && strcmp(number + length - 3, ".00") == 0)
        number[length - 3] = '\0';
    bool is_zero = strcmp(number, "0") == 0 || strcmp(number, "-0") == 0;
    snprintf(text, MEASURE_TEXT, "%s%s", is_zero ? "0" : number, is_zero ? "" : measure->unit);
    return text;
}

char *measure_alone(char text[static MEASURE_TEXT], const char *unit, int64_t value)
{
    struct measure measure = measure_choose(unit, value, value);
    return measure_value(text, &measure, value);
}

char *measure_percentage(char text[static MEASURE_TEXT], int64_t value, int64_t total)
{
    double ratio = total ? fabs((double)value / (double)total) * 100 : 0;
    if (ratio >= 99.95 && ratio <= 100.05)
        snprintf(text, MEASURE_TEXT, "  100%%");
    else
        snprintf(text, MEASURE_TEXT, ratio >= 1 ? "%5.2f%%" : "%5.2g%%", ratio);
    return text;
}

char *measure_bytes(char text[static MEASURE_TEXT], uint64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1024) {
        snprintf(text, MEASURE_TEXT, "%" PRIu64 " B", bytes);
        return text;
    }
    double value = (double)bytes / 1024;
    size_t unit = 0;
    while (value >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1024;
        unit++;
    }
    snprintf(text, MEASURE_TEXT, "%.2f %s", value, units[unit]);
    return text;
}

char *measure_count(char text[static MEASURE_TEXT], uint64_t count, const char *singular)
{
    snprintf(text, MEASURE_TEXT, "%" PRIu64 " %s%s", count, singular, count == 1 ? "" : "s");
    return text;
}

char *measure_age(char text[static MEASURE_TEXT], uint64_t seconds)
{
    static const struct {
        uint64_t seconds;
        char name;
    } units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    size_t unit = 0;
    while (unit < 3 && seconds < units[unit].seconds)
        unit++;
    snprintf(text, MEASURE_TEXT, "%" PRIu64 "%c", seconds / units[unit].seconds, units[unit].name);
    return text;
}
