/* SPDX-License-Identifier: Apache-2.0
 *
 * Format: Prometheus' exposition formats, text 0.0.4.  A process that has ended is not in it;
 * its counters never fall while it is.
 */
#include "tools/serve/metrics.h"

#include <inttypes.h>

#include "collector/state/names.h"

/* Below zero: this process has no such value. */
typedef double read_metric(const struct roster_entry *entry);

static double inuse_bytes(const struct roster_entry *entry)
{
    return (double)vitals_live_bytes(&entry->vitals);
}

static double inuse_objects(const struct roster_entry *entry)
{
    return (double)vitals_live_objects(&entry->vitals);
}

static double inuse_error(const struct roster_entry *entry)
{
    return entry->vitals.error_bytes;
}

static double peak_bytes(const struct roster_entry *entry)
{
    return entry->vitals.peak.is_known ? (double)entry->vitals.peak.bytes : -1;
}

static double allocated_bytes(const struct roster_entry *entry)
{
    return (double)entry->vitals.totals.allocated_bytes;
}

static double allocated_objects(const struct roster_entry *entry)
{
    return (double)entry->vitals.totals.allocated_objects;
}

static double freed_bytes(const struct roster_entry *entry)
{
    return (double)entry->vitals.totals.freed_bytes;
}

static double freed_objects(const struct roster_entry *entry)
{
    return (double)entry->vitals.totals.freed_objects;
}

static double samples(const struct roster_entry *entry)
{
    return (double)entry->vitals.samples;
}

static double interval(const struct roster_entry *entry)
{
    return (double)entry->vitals.interval_bytes;
}

static double state_bytes(const struct roster_entry *entry)
{
    return (double)entry->vitals.state_bytes;
}

static double last_event_age(const struct roster_entry *entry)
{
    return entry->vitals.has_last_event ? (double)entry->vitals.last_event_ns / 1e9 : -1;
}

static double start_time(const struct roster_entry *entry)
{
    return (double)entry->vitals.start_ns / 1e9;
}

static double resident(const struct roster_entry *entry)
{
    return entry->rss_bytes ? (double)entry->rss_bytes : -1;
}

static double held(const struct roster_entry *entry)
{
    double live = (double)vitals_live_bytes(&entry->vitals);
    double resident_private = (double)entry->rss_private_bytes;
    if (!entry->rss_private_bytes)
        return -1;
    return resident_private > live ? resident_private - live : 0;
}

static const struct metric {
    const char *name, *type, *help;
    read_metric *read;
} metrics[] = {
    {"memprof_inuse_bytes", "gauge", "Bytes that are allocated and not freed.", inuse_bytes},
    {"memprof_inuse_objects", "gauge", "Objects that are allocated and not freed.", inuse_objects},
    {"memprof_inuse_error_bytes", "gauge",
     "By how much memprof_inuse_bytes may be wrong, at 95 %; 0 where all is recorded.",
     inuse_error},
    {"memprof_peak_bytes", "gauge", "The most bytes that were in use at a time.", peak_bytes},
    {"memprof_allocated_bytes_total", "counter", "Bytes allocated since recording began.",
     allocated_bytes},
    {"memprof_allocated_objects_total", "counter", "Objects allocated since recording began.",
     allocated_objects},
    {"memprof_freed_bytes_total", "counter", "Bytes freed since recording began.", freed_bytes},
    {"memprof_freed_objects_total", "counter", "Objects freed since recording began.",
     freed_objects},
    {"memprof_samples_total", "counter", "Allocations that were recorded.", samples},
    {"memprof_interval_bytes", "gauge", "The mean number of bytes between samples; 1: all.",
     interval},
    {"memprof_state_bytes", "gauge", "Memory that the recorded state takes.", state_bytes},
    {"memprof_last_event_age_seconds", "gauge", "Since the last point of the timeline.",
     last_event_age},
    {"memprof_resident_bytes", "gauge", "Resident memory of the process.", resident},
    {"memprof_held_bytes", "gauge",
     "Resident private memory that is not live: the allocator's free memory, stacks and data.",
     held},
    {"memprof_start_time_seconds", "gauge", "When recording began, in Unix time.", start_time},
};

/* Inside quotes a backslash, a quote and an end of line are escaped. */
static void put_label(FILE *out, const char *separator, const char *name, const char *value)
{
    fprintf(out, "%s%s=\"", separator, name);
    for (; *value; value++) {
        if (*value == '\n')
            fputs("\\n", out);
        else if (*value == '"' || *value == '\\')
            fprintf(out, "\\%c", *value);
        else
            fputc(*value, out);
    }
    fputc('"', out);
}

static void begin_sample(FILE *out, const char *name, const struct roster_entry *entry)
{
    char pid[24];
    snprintf(pid, sizeof pid, "%" PRIu32, roster_pid(entry));
    fputs(name, out);
    put_label(out, "{", "pid", pid);
    put_label(out, ",", "comm", entry->vitals.comm);
    if (!entry->process) { /* two containers may each have a process 1 */
        snprintf(pid, sizeof pid, "%" PRIu64, entry->vitals.pid_namespace);
        put_label(out, ",", "pid_namespace", pid);
    }
}

static void put_head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_lost(FILE *out, const struct roster_entry *entry)
{
    bool is_lost;
    for (unsigned i = 0; i < STATE_READER_LOSSES; i++) {
        const char *reason = state_loss_key(i);
        if (!reason || !state_loss_name(i, &is_lost) || !is_lost)
            continue;
        begin_sample(out, "memprof_lost_events_total", entry);
        put_label(out, ",", "reason", reason);
        fprintf(out, "} %" PRIu64 "\n", entry->vitals.losses[i]);
    }
}

static void put_info(FILE *out, const struct roster_entry *entry)
{
    begin_sample(out, "memprof_info", entry);
    put_label(out, ",", "version", entry->vitals.writer);
    put_label(out, ",", "exe", entry->vitals.exe);
    put_label(out, ",", "build_id", entry->vitals.build_id);
    fputs("} 1\n", out);
}

static void put_metric(FILE *out, const struct metric *metric, const struct roster_entry *entry)
{
    double value = metric->read(entry);
    if (value < 0)
        return;
    begin_sample(out, metric->name, entry);
    fprintf(out, "} %.17g\n", value);
}

/* All samples of a metric stand together. */
void metrics_put(FILE *out, const struct ps_list *list)
{
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        put_head(out, metrics[i].name, metrics[i].type, metrics[i].help);
        for (size_t k = 0; k < list->count; k++)
            put_metric(out, &metrics[i], list->rows[k].entry);
    }
    put_head(out, "memprof_lost_events_total", "counter", "Events that were not recorded.");
    for (size_t k = 0; k < list->count; k++)
        put_lost(out, list->rows[k].entry);
    put_head(out, "memprof_info", "gauge", "Which memprof records which program; always 1.");
    for (size_t k = 0; k < list->count; k++)
        put_info(out, list->rows[k].entry);
}
