/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/stats/print.h"

#include <inttypes.h>
#include <stdio.h>

#include "tools/json.h"
#include "tools/stats/fields.h"

#define SCHEMA         "memprof stats"
#define SCHEMA_VERSION 1

/* Whole numbers, as all but rates are.  All are below 2^64. */
static void put_number(double number)
{
    printf("%.0f", number);
}

static void put_interval(const char *name, struct interval interval)
{
    printf(", \"%sCI\": [", name);
    put_number(interval.low);
    fputs(", ", stdout);
    put_number(interval.high);
    putchar(']');
}

static void put_field(const struct stats_field *field)
{
    printf(",\n \"%s\": ", field->name);
    if (field->unit == STATS_TIME)
        printf("%" PRIu64, field->ns);
    else
        put_number(field->value);
    if (field->has_interval)
        put_interval(field->name, field->interval);
}

static void put_estimate(const struct stats *stats, const struct memstats_class *class,
                         const char *name, enum memstats_value value)
{
    struct interval interval = memstats_interval(&stats->memstats, &class->sums, value);
    printf(", \"%s\": %" PRIu64, name, class->sums.values[value]);
    put_interval(name, interval);
}

static void put_sizes(const struct stats *stats)
{
    fputs(",\n \"BySize\": [", stdout);
    for (uint32_t i = 0; i < stats->memstats.class_count; i++) {
        const struct memstats_class *class = &stats->memstats.classes[i];
        printf("%s\n  {\"Size\": ", i ? "," : "");
        if (class->size_bytes < 0)
            fputs("null", stdout);
        else
            printf("%" PRId64, class->size_bytes);
        put_estimate(stats, class, "Mallocs", MEMSTATS_MALLOCS);
        put_estimate(stats, class, "Frees", MEMSTATS_FREES);
        putchar('}');
    }
    fputs("\n ]", stdout);
}

void stats_print_json(const struct stats *stats)
{
    struct stats_field fields[STATS_FIELDS_MAX];
    unsigned count = stats_fields(stats, fields);
    printf("{\n \"schema\": \"" SCHEMA "\", \"version\": %d, \"memprof\": \"" MEMPROF_VERSION
           "\",\n \"source\": \"%s\", \"name\": ",
           SCHEMA_VERSION, stats_source_names[stats->source]);
    json_put_clean(stdout, stats->name);
    if (*stats->program) {
        fputs(", \"program\": ", stdout);
        json_put_clean(stdout, stats->program);
    }
    if (stats->pid)
        printf(", \"pid\": %d", (int)stats->pid);
    if (*stats->view)
        printf(", \"view\": \"%s\"", stats->view);
    if (stats->time_ns)
        printf(", \"time_ns\": %" PRIu64, stats->time_ns);
    fputs(",\n \"interval\": ", stdout);
    put_number(stats->memstats.interval);
    for (unsigned i = 0; i < count; i++)
        put_field(&fields[i]);
    if (stats->shows_sizes)
        put_sizes(stats);
    puts("\n}");
}
