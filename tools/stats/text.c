/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/stats/print.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "tools/cli.h"
#include "tools/columns.h"
#include "tools/measure.h"
#include "tools/stats/fields.h"

#define NS_PER_S UINT64_C(1000000000)

static void put_head(const struct stats *stats)
{
    char text[MEASURE_TEXT];
    cli_put(*stats->program ? stats->program : stats->name, 0);
    if (stats->source == STATS_PROCESS && stats->pid)
        printf(" (pid %d)", (int)stats->pid);
    if (stats->source == STATS_STATE)
        fputs(" (a state)", stdout);
    if (*stats->view)
        printf(" (at its %s)", stats->view);
    if (stats->memstats.interval > 1)
        printf(", estimated: a sample in every %s\n",
               measure_bytes(text, (uint64_t)stats->memstats.interval));
    else
        puts(", exact");
}

static const char *value_text(char text[static MEASURE_TEXT], enum stats_unit unit, double value,
                              uint64_t ns)
{
    time_t seconds = (time_t)(ns / NS_PER_S);
    struct tm local;
    switch (unit) {
    case STATS_TIME:
        if (!localtime_r(&seconds, &local) ||
            !strftime(text, MEASURE_TEXT, "%Y-%m-%d %H:%M:%S", &local))
            snprintf(text, MEASURE_TEXT, "?");
        return text;
    case STATS_COUNT:
        snprintf(text, MEASURE_TEXT, "%.0f", value);
        return text;
    default:
        measure_bytes(text, value > 0 ? (uint64_t)value : 0);
        return text;
    }
}

static const char *interval_text(char text[static 3 * MEASURE_TEXT], enum stats_unit unit,
                                 struct interval interval)
{
    char low[MEASURE_TEXT], high[MEASURE_TEXT];
    snprintf(text, 3 * MEASURE_TEXT, "%s to %s", value_text(low, unit, interval.low, 0),
             value_text(high, unit, interval.high, 0));
    return text;
}

static void put_fields(const struct stats *stats)
{
    static const struct column shape[] = {{"NAME", COLUMN_LEFT, 0, 0},
                                          {"VALUE", COLUMN_RIGHT, 0, 0},
                                          {"AT 95 %", COLUMN_LEFT, 0, 0},
                                          {"MEANING", COLUMN_LEFT, 0, 0}};
    struct stats_field fields[STATS_FIELDS_MAX];
    struct columns columns;
    unsigned count = stats_fields(stats, fields);
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "  ");
    for (unsigned i = 0; i < count; i++) {
        const struct stats_field *field = &fields[i];
        char value[MEASURE_TEXT], interval[3 * MEASURE_TEXT];
        bool is_shown = field->has_interval && stats->memstats.interval > 1;
        columns_add(&columns, field->name);
        columns_add(&columns, value_text(value, field->unit, field->value, field->ns));
        columns_add(&columns,
                    is_shown ? interval_text(interval, field->unit, field->interval) : "");
        columns_add(&columns, field->meaning);
    }
    columns_print(&columns, stdout);
    columns_deinit(&columns);
}

static void add_count(struct columns *columns, uint64_t count)
{
    char text[MEASURE_TEXT];
    snprintf(text, sizeof text, "%" PRIu64, count);
    columns_add(columns, text);
}

static void put_sizes(const struct stats *stats)
{
    static const struct column shape[] = {{"SIZE", COLUMN_RIGHT, 8, 0},
                                          {"MALLOCS", COLUMN_RIGHT, 10, 0},
                                          {"FREES", COLUMN_RIGHT, 10, 0},
                                          {"IN USE", COLUMN_RIGHT, 10, 0},
                                          {"BYTES IN USE", COLUMN_RIGHT, 10, 0}};
    struct columns columns;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "  ");
    for (uint32_t i = 0; i < stats->memstats.class_count; i++) {
        const struct memstats_class *class = &stats->memstats.classes[i];
        char size[MEASURE_TEXT];
        snprintf(size, sizeof size, "%" PRId64, class->size_bytes);
        columns_add(&columns, class->size_bytes < 0 ? "?" : size);
        add_count(&columns, class->sums.values[MEMSTATS_MALLOCS]);
        add_count(&columns, class->sums.values[MEMSTATS_FREES]);
        add_count(&columns, class->sums.values[MEMSTATS_OBJECTS]);
        columns_add(&columns, measure_bytes(size, class->sums.values[MEMSTATS_INUSE]));
    }
    columns_print(&columns, stdout);
    columns_deinit(&columns);
}

void stats_print_text(const struct stats *stats)
{
    put_head(stats);
    put_fields(stats);
    if (stats->source == STATS_PROCESS && stats->has_resident && !stats->has_memory &&
        stats->shows_sizes)
        puts("Its mappings are closed to us, so HeapSys and what belongs to it are not known.");
    if (!stats->shows_sizes || stats->memstats.class_count == 0)
        return;
    puts("By size, up to that many bytes:");
    put_sizes(stats);
}
