/* SPDX-License-Identifier: Apache-2.0
 *
 * `memprof ps` for people: a line for each process.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "collector/base/clock.h"
#include "collector/base/path.h"
#include "tools/columns.h"
#include "tools/measure.h"
#include "tools/ps/selection.h"

#define CELL        128
#define NS_PER_S    UINT64_C(1000000000)
#define INDENT_MOST 20
#define UNKNOWN     "-"

static const struct column shape[] = {
    {"PID", COLUMN_RIGHT, 7, 0},       {"PROGRAM", COLUMN_LEFT, 0, 40},
    {"UP", COLUMN_RIGHT, 4, 0},        {"INTERVAL", COLUMN_RIGHT, 0, 0},
    {"LIVE", COLUMN_RIGHT, 0, 0},      {"OBJECTS", COLUMN_RIGHT, 0, 0},
    {"BYTES/S", COLUMN_RIGHT, 0, 0},   {"OBJECTS/S", COLUMN_RIGHT, 0, 0},
    {"PEAK", COLUMN_RIGHT, 0, 0},      {"PEAK AT", COLUMN_RIGHT, 0, 0},
    {"RSS", COLUMN_RIGHT, 0, 0},       {"RSS MOST", COLUMN_RIGHT, 0, 0},
    {"SAMPLES", COLUMN_RIGHT, 0, 0},   {"LOST", COLUMN_RIGHT, 0, 0},
    {"LAST EVENT", COLUMN_LEFT, 0, 0},
};

/* "13.00 MB", "13.00 MB +-1.20 MB". */
static void add_live(struct columns *columns, const struct vitals *vitals)
{
    char live[MEASURE_TEXT], error[MEASURE_TEXT], cell[CELL];
    measure_bytes(live, vitals_live_bytes(vitals));
    if (vitals->error_bytes > 0)
        snprintf(cell, sizeof cell, "%s +-%s", live,
                 measure_bytes(error, (uint64_t)vitals->error_bytes));
    else
        snprintf(cell, sizeof cell, "%s", live);
    columns_add(columns, cell);
    if (vitals->error_objects >= 1)
        snprintf(cell, sizeof cell, "%" PRIu64 " +-%.0f", vitals_live_objects(vitals),
                 vitals->error_objects);
    else
        snprintf(cell, sizeof cell, "%" PRIu64, vitals_live_objects(vitals));
    columns_add(columns, cell);
}

static void add_rate(struct columns *columns, const struct roster_entry *entry)
{
    char text[MEASURE_TEXT];
    const struct vitals *vitals = &entry->vitals;
    if (!vitals->has_rate || entry->life == ROSTER_ENDED) {
        columns_add(columns, UNKNOWN);
        columns_add(columns, UNKNOWN);
        return;
    }
    columns_add(columns, measure_bytes(text, (uint64_t)vitals->rate_bytes));
    snprintf(text, sizeof text, "%.0f", vitals->rate_objects);
    columns_add(columns, text);
}

static void add_peak(struct columns *columns, const struct vitals *vitals)
{
    char text[MEASURE_TEXT], cell[CELL] = UNKNOWN;
    const struct state_reader_peak *peak = &vitals->peak;
    uint64_t now = clock_ns(CLOCK_REALTIME);
    columns_add(columns, peak->is_known ? measure_bytes(text, peak->bytes) : UNKNOWN);
    if (peak->is_now)
        snprintf(cell, sizeof cell, "now");
    else if (peak->is_known && peak->ns)
        snprintf(cell, sizeof cell, "%s ago",
                 measure_age(text, now > peak->ns ? (now - peak->ns) / NS_PER_S : 0));
    columns_add(columns, cell);
}

static void add_last_event(struct columns *columns, const struct roster_entry *entry)
{
    char age[MEASURE_TEXT], last[CELL], cell[2 * CELL];
    const struct vitals *vitals = &entry->vitals;
    if (!vitals->has_last_event)
        snprintf(last, sizeof last, vitals->samples ? "at an unknown time" : "none");
    else
        snprintf(last, sizeof last, "%s ago", measure_age(age, vitals->last_event_ns / NS_PER_S));
    if (entry->life == ROSTER_UNKNOWN)
        snprintf(cell, sizeof cell, "unknown, last event %s", last);
    else if (entry->life == ROSTER_ENDED)
        snprintf(cell, sizeof cell, "ended, last event %s", last);
    else
        snprintf(cell, sizeof cell, "%s%s", last,
                 entry->is_closed ? ", its /proc is closed to us" : "");
    columns_add(columns, cell);
}

/* A process whose state cannot be read: its name is that of the state's file, and the row says
 * why. */
static void add_fault(struct columns *columns, const struct roster_entry *entry)
{
    char text[MEASURE_TEXT] = "?";
    if (entry->process)
        snprintf(text, sizeof text, "%d", (int)entry->process);
    columns_add(columns, text);
    columns_add(columns, path_base(entry->path));
    for (size_t i = 2; i + 1 < sizeof shape / sizeof *shape; i++)
        columns_add(columns, UNKNOWN);
    columns_add(columns, entry->fault);
}

static void add_name(struct columns *columns, const struct ps_row *row)
{
    char text[CELL];
    const struct vitals *vitals = &row->entry->vitals;
    const char *name = *vitals->exe ? path_base(vitals->exe) : vitals->comm;
    size_t depth = row->depth < INDENT_MOST ? row->depth : INDENT_MOST;
    snprintf(text, sizeof text, "%*s%s", (int)(2 * depth), "", name);
    columns_add(columns, text);
}

static void add_row(struct columns *columns, const struct ps_row *row)
{
    char text[MEASURE_TEXT];
    const struct roster_entry *entry = row->entry;
    const struct vitals *vitals = &entry->vitals;
    if (entry->fault) {
        add_fault(columns, entry);
        return;
    }
    snprintf(text, sizeof text, "%" PRIu32, roster_pid(entry));
    columns_add(columns, text);
    add_name(columns, row);
    columns_add(columns, measure_age(text, vitals->up_ns / NS_PER_S));
    columns_add(columns, vitals->interval_bytes <= 1 ? "exact"
                                                     : measure_bytes(text, vitals->interval_bytes));
    add_live(columns, vitals);
    add_rate(columns, entry);
    add_peak(columns, vitals);
    columns_add(columns, entry->rss_bytes ? measure_bytes(text, entry->rss_bytes) : UNKNOWN);
    columns_add(columns,
                entry->rss_most_bytes ? measure_bytes(text, entry->rss_most_bytes) : UNKNOWN);
    snprintf(text, sizeof text, "%" PRIu64, vitals->samples);
    columns_add(columns, text);
    snprintf(text, sizeof text, "%" PRIu64, vitals->lost);
    columns_add(columns, text);
    add_last_event(columns, entry);
}

/* A master and all that it started, where there is more than one of them. */
static void print_sums(const struct ps_list *list)
{
    char text[MEASURE_TEXT];
    for (size_t i = 0; i < list->count; i++) {
        const struct ps_row *row = &list->rows[i];
        size_t last = i;
        while (last + 1 < list->count && list->rows[last + 1].depth > row->depth)
            last++;
        if (row->depth == 0 && last > i)
            printf("%" PRIu32 " and the %zu that descend from it: live %s in %" PRIu64 " objects\n",
                   roster_pid(row->entry), last - i, measure_bytes(text, row->tree_bytes),
                   row->tree_objects);
    }
}

void ps_print_table(const struct ps_list *list, bool is_tree)
{
    struct columns columns;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "");
    for (size_t i = 0; i < list->count; i++)
        add_row(&columns, &list->rows[i]);
    columns_print(&columns, stdout);
    columns_deinit(&columns);
    if (is_tree)
        print_sums(list);
}
