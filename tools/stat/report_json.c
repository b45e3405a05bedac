/* SPDX-License-Identifier: Apache-2.0
 *
 * Values for programs; docs/stat.md describes them.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "tools/stat/print.h"
#include "tools/stat/record_json.h"

#define REPORT_SCHEMA  "memprof stat report"
#define REPORT_VERSION 1

static json_t *pack_series(const struct stat_series *series)
{
    json_t *numbers = json_array();
    for (size_t i = 0; i < series->count; i++)
        json_array_append_new(numbers, stat_record_pack_number(series->values[i]));
    return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "runs", (int)series->count, //
                     "median", stat_record_pack_number(series->median.value),                //
                     "low", stat_record_pack_number(series->median.interval.low),            //
                     "high", stat_record_pack_number(series->median.interval.high),          //
                     "least", stat_record_pack_number(series->least),                        //
                     "most", stat_record_pack_number(series->most), "exact", series->is_exact,
                     "numbers", numbers);
}

static json_t *pack_change(const struct stat_series *base, const struct stat_series *changed)
{
    const struct stat_change change = stat_values_compare(base, changed);
    return json_pack("{s:o, s:o, s:s}", "share", stat_record_pack_number(change.share), "p",
                     stat_record_pack_number(change.p), "verdict",
                     stat_verdict_names[change.verdict]);
}

static json_t *pack_values(const struct stat_values *values, const struct stat_values *base)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < values->count; i++) {
        const struct stat_series *series = &values->items[i];
        const struct stat_series *was =
            base ? stat_values_find(base, series->program, series->metric) : NULL;
        bool is_all = !*series->program;
        json_t *row = json_pack("{s:o, s:s, s:s, s:o}", "program",
                                is_all ? json_null() : json_string(series->program), "value",
                                stat_metric_keys[series->metric], "unit",
                                stat_metric_units[series->metric], "new", pack_series(series));
        if (was) {
            json_object_set_new(row, "base", pack_series(was));
            json_object_set_new(row, "change", pack_change(was, series));
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

bool stat_print_json(const struct stat_values *values, const struct stat_values *base,
                     const char *directory)
{
    json_t *path = json_string(directory);
    json_t *report =
        json_pack("{s:s, s:i, s:o, s:o, s:o, s:o}", "schema", REPORT_SCHEMA, "version",
                  REPORT_VERSION, "directory", path ? path : json_null(), "values",
                  pack_values(values, base), "record", stat_record_pack(values->record),
                  "base_record", base ? stat_record_pack(base->record) : json_null());
    bool is_done = report && json_dumpf(report, stdout, JSON_INDENT(1)) == 0;
    putchar('\n');
    json_decref(report);
    return is_done;
}
