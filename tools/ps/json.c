/* SPDX-License-Identifier: Apache-2.0
 *
 * `memprof ps` for programs; memprof-ps(1) describes it.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/base/clean.h"
#include "collector/base/clock.h"
#include "tools/ps/selection.h"

#define SCHEMA         "memprof ps"
#define SCHEMA_VERSION 1
#define NS_PER_S       1e9

/* A text that others wrote: what is no UTF-8, and all control characters, become '?'. */
static json_t *text_of(const char *text)
{
    char *copy = strdup(text);
    json_t *json = copy ? json_string(clean_text(copy)) : NULL;
    free(copy);
    return json;
}

static json_t *number_of(uint64_t number)
{
    return json_integer(number <= INT64_MAX ? (json_int_t)number : INT64_MAX);
}

static json_t *known(bool is_known, double number)
{
    return is_known ? json_real(number) : json_null();
}

static json_t *known_count(uint64_t number)
{
    return number ? number_of(number) : json_null();
}

static json_t *peak_of(const struct vitals *vitals, int64_t now_ns)
{
    const struct state_reader_peak *peak = &vitals->peak;
    if (!peak->is_known)
        return json_null();
    return json_pack("{s:o, s:o, s:b}", "bytes", number_of(peak->bytes), "time_ns",
                     peak->is_now ? json_integer(now_ns) : known_count(peak->ns), "is_now",
                     peak->is_now);
}

static json_t *ring_of(const struct vitals_ring *ring)
{
    json_t *points = json_array();
    for (uint32_t i = 0; points && i < ring->count; i++) {
        const struct state_reader_point *point = &ring->points[i];
        json_array_append_new(
            points, json_pack("[f, o, o, o]", (double)point->since_start_ns / NS_PER_S,
                              number_of(point->inuse_bytes), number_of(point->allocated_bytes),
                              number_of(point->allocated_objects)));
    }
    return json_pack("{s:f, s:o}", "step_s", (double)ring->step_ns / NS_PER_S, "points", points);
}

static json_t *timeline_of(const struct vitals *vitals)
{
    json_t *rings = json_array();
    for (unsigned i = 0; i < STATE_READER_RINGS; i++)
        if (vitals->rings[i].points)
            json_array_append_new(rings, ring_of(&vitals->rings[i]));
    return rings;
}

static json_t *vitals_of(const struct vitals *vitals, int64_t now_ns)
{
    return json_pack(
        "{s:o, s:o, s:o, s:s, s:o, s:f, s:o, s:o, s:o, s:o, s:f, s:f, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:o, s:o, s:o}",
        "program", text_of(vitals->comm), "executable", text_of(vitals->exe), "command",
        text_of(vitals->words), "writer", vitals->writer, "start_ns", number_of(vitals->start_ns),
        "up_s", (double)vitals->up_ns / NS_PER_S, "interval", number_of(vitals->interval_bytes),
        "pid_of_itself", number_of(vitals->pid), //
        "live_bytes", number_of(vitals_live_bytes(vitals)), "live_objects",
        number_of(vitals_live_objects(vitals)), "live_bytes_error", vitals->error_bytes,
        "live_objects_error", vitals->error_objects, //
        "allocated_bytes", number_of(vitals->totals.allocated_bytes), "allocated_objects",
        number_of(vitals->totals.allocated_objects), "freed_bytes",
        number_of(vitals->totals.freed_bytes), "freed_objects",
        number_of(vitals->totals.freed_objects), //
        "bytes_per_s", known(vitals->has_rate, vitals->rate_bytes), "objects_per_s",
        known(vitals->has_rate, vitals->rate_objects), "peak", peak_of(vitals, now_ns), "samples",
        number_of(vitals->samples), "lost", number_of(vitals->lost), "last_event_s",
        known(vitals->has_last_event, (double)vitals->last_event_ns / NS_PER_S));
}

static json_t *row_of(const struct ps_row *row, bool with_timeline, int64_t now_ns)
{
    const struct roster_entry *entry = row->entry;
    json_t *json =
        json_pack("{s:o, s:o, s:s, s:b, s:o, s:I, s:o, s:o, s:o}", "pid",
                  known_count(entry->fault ? (uint64_t)entry->process : roster_pid(entry)),
                  "parent", known_count((uint64_t)entry->parent), "life", ps_life_name(entry->life),
                  "is_closed", entry->is_closed, "state", text_of(entry->path), "user",
                  (json_int_t)entry->owner, "rss_bytes", known_count(entry->rss_bytes),
                  "rss_most_bytes", known_count(entry->rss_most_bytes), "fault",
                  entry->fault ? text_of(entry->fault) : json_null());
    if (json && !entry->fault) {
        json_object_update_new(json, vitals_of(&entry->vitals, now_ns));
        json_object_set_new(json, "tree_bytes", number_of(row->tree_bytes));
        json_object_set_new(json, "tree_objects", number_of(row->tree_objects));
        json_object_set_new(json, "depth", number_of(row->depth));
    }
    if (json && !entry->fault && with_timeline)
        json_object_set_new(json, "timeline", timeline_of(&entry->vitals));
    return json;
}

bool ps_print_json(FILE *out, const struct ps_list *list, const struct roster *roster,
                   bool with_timeline)
{
    int64_t now_ns = (int64_t)clock_ns(CLOCK_REALTIME);
    json_t *processes = json_array(), *closed = json_array();
    for (size_t i = 0; i < list->count; i++)
        if (json_array_append_new(processes, row_of(&list->rows[i], with_timeline, now_ns)) != 0) {
            json_decref(processes);
            processes = NULL;
        }
    for (size_t i = 0; i < roster->closed_count; i++)
        json_array_append_new(closed, text_of(roster->closed[i]));
    json_t *all =
        json_pack("{s:s, s:i, s:s, s:I, s:o, s:o}", "schema", SCHEMA, "version", SCHEMA_VERSION,
                  "memprof", MEMPROF_VERSION, "time_ns", (json_int_t)now_ns, "processes", processes,
                  "closed_directories", closed);
    if (!all)
        return false;
    json_dumpf(all, out, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    fputc('\n', out);
    json_decref(all);
    return true;
}
