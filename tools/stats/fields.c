/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/stats/fields.h"

#include <math.h>

struct list {
    struct stats_field *fields;
    unsigned count;
};

static struct stats_field *add(struct list *list, const char *name, enum stats_unit unit,
                               double value, const char *meaning)
{
    struct stats_field *field = &list->fields[list->count++];
    *field = (struct stats_field){.name = name, .unit = unit, .value = value, .meaning = meaning};
    return field;
}

static void give_interval(struct stats_field *field, double low, double high)
{
    field->has_interval = true;
    field->interval = low == high ? (struct interval){low, high}
                                  : (struct interval){fmax(floor(low), 0), ceil(high)};
}

/* Totals alone tell how sure bytes are; how sure a number of objects is depends on their sizes. */
static bool interval_of(const struct stats *stats, enum memstats_value value,
                        struct interval *interval)
{
    double is = (double)stats->memstats.total.values[value];
    *interval = memstats_interval(&stats->memstats, &stats->memstats.total, value);
    if (stats->has_sizes || stats->memstats.interval <= 1)
        return true;
    if (value == MEMSTATS_INUSE)
        *interval = (struct interval){is - stats->alloc_error, is + stats->alloc_error};
    return value == MEMSTATS_INUSE || value == MEMSTATS_ALLOCATED;
}

static void add_estimate(struct list *list, const struct stats *stats, const char *name,
                         enum memstats_value value, const char *meaning)
{
    struct interval interval;
    struct stats_field *field =
        add(list, name, value >= MEMSTATS_ALLOCATED ? STATS_BYTES : STATS_COUNT,
            (double)stats->memstats.total.values[value], meaning);
    if (interval_of(stats, value, &interval))
        give_interval(field, interval.low, interval.high);
}

/* What the allocator has in memory and the program does not use. */
static void add_held(struct list *list, const struct stats *stats)
{
    struct interval live;
    double resident = (double)stats->allocator.rss;
    double inuse = (double)stats->memstats.total.values[MEMSTATS_INUSE];
    interval_of(stats, MEMSTATS_INUSE, &live);
    struct stats_field *field = add(list, "HeapIdle", STATS_BYTES, fmax(resident - inuse, 0),
                                    "held: resident, and not in use by the program");
    give_interval(field, resident - live.high, fmax(resident - live.low, 0));
}

static void add_memory(struct list *list, const struct stats *stats)
{
    uint64_t unused = stats->allocator.mapped - stats->allocator.rss;
    add(list, "Sys", STATS_BYTES, (double)(stats->all.mapped - stats->ours.mapped),
        "mapped by the process, that may be accessed");
    add(list, "HeapSys", STATS_BYTES, (double)stats->allocator.mapped, "mapped by its allocator");
    add(list, "HeapInuse", STATS_BYTES, (double)stats->allocator.rss, "of that, resident");
    add_held(list, stats);
    add(list, "HeapReleased", STATS_BYTES, (double)unused, "of HeapSys, not resident");
    add(list, "StackInuse", STATS_BYTES, (double)stats->stacks.rss, "resident in stacks");
    add(list, "StackSys", STATS_BYTES, (double)stats->stacks.mapped, "mapped for stacks");
    add(list, "OtherSys", STATS_BYTES, (double)stats->ours.rss, "resident, of the profiler's own");
}

static void add_peak(struct list *list, const struct stats *stats)
{
    double peak = (double)stats->peak_bytes;
    double excess =
        (double)vitals_peak_excess(stats->peak_bytes, (uint64_t)stats->memstats.interval);
    struct stats_field *field =
        add(list, "PeakAlloc", STATS_BYTES, peak, "the most that was in use");
    give_interval(field, peak - excess, peak + excess);
    if (stats->peak_ns)
        add(list, "PeakTime", STATS_TIME, 0, "when")->ns = stats->peak_ns;
}

/* Two totals, the error of each of which is that of the stretch at the end of each thread. */
static void add_rate(struct list *list, const struct stats *stats)
{
    struct stats_field *field =
        add(list, "AllocRate", STATS_RATE, stats->rate,
            stats->source == STATS_PROFILE ? "bytes allocated in a second, over the whole run"
                                           : "bytes allocated in a second, over the last ten");
    double all = (double)stats->memstats.total.values[MEMSTATS_ALLOCATED];
    struct interval total;
    interval_of(stats, MEMSTATS_ALLOCATED, &total);
    double error = (total.high - all) * sqrt(2) / stats->rate_s;
    give_interval(field, stats->rate - error, stats->rate + error);
}

unsigned stats_fields(const struct stats *stats, struct stats_field fields[STATS_FIELDS_MAX])
{
    struct list list = {.fields = fields};
    add_estimate(&list, stats, "Alloc", MEMSTATS_INUSE, "bytes in use");
    add_estimate(&list, stats, "TotalAlloc", MEMSTATS_ALLOCATED, "bytes allocated so far");
    add_estimate(&list, stats, "Mallocs", MEMSTATS_MALLOCS, "objects allocated so far");
    add_estimate(&list, stats, "Frees", MEMSTATS_FREES, "objects freed so far");
    add_estimate(&list, stats, "HeapAlloc", MEMSTATS_INUSE, "the same as Alloc");
    add_estimate(&list, stats, "HeapObjects", MEMSTATS_OBJECTS, "objects in use");
    if (stats->has_memory)
        add_memory(&list, stats);
    if (stats->has_peak)
        add_peak(&list, stats);
    if (stats->has_rate)
        add_rate(&list, stats);
    if (stats->has_resident) {
        add(&list, "RSS", STATS_BYTES, (double)stats->rss, "resident");
        add(&list, "VmHWM", STATS_BYTES, (double)stats->rss_most, "the most that was resident");
    }
    add(&list, "Lost", STATS_COUNT, (double)stats->lost, "events of which something was lost");
    return list.count;
}
