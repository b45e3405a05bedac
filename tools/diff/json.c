/* SPDX-License-Identifier: Apache-2.0
 *
 * The report for programs; memprof-diff(1) describes it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "tools/diff/report.h"

#define SCHEMA_VERSION 1

/* Strings of profiles are valid UTF-8 and have no control characters left. */
static void put_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < ' ' || c == 0x7f)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

/* JSON has no infinity. */
static void put_number(const char *name, double number)
{
    if (isfinite(number))
        printf("\"%s\": %.17g", name, number);
    else
        printf("\"%s\": null", name);
}

static void put_judged(const struct judged *judged)
{
    static const char *const how[] = {"same", "different", "estimated"};
    const double numbers[] = {
        judged->base,         judged->changed,       judged->changed - judged->base,
        judged->interval.low, judged->interval.high, judged->p};
    static const char *const names[] = {"base", "new", "change", "low", "high", "p"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        put_number(names[i], numbers[i]);
        fputs(", ", stdout);
    }
    printf("\"judgement\": \"%s\"", how[judged->judgement]);
}

static void put_side(const struct sides *sides, int side)
{
    const struct inputs *inputs = &sides->inputs[side];
    uint32_t first = side ? sides->comparison.base_runs : 0;
    fputs("{\"program\": ", stdout);
    put_text(sides->program[side]);
    fputs(", \"runs\": [", stdout);
    for (size_t i = 0; i < inputs->count; i++) {
        const struct site_run *run = &sides->table.runs.items[first + i];
        fputs(i ? ", {\"file\": " : "{\"file\": ", stdout);
        put_text(inputs->items[i].path);
        printf(", \"interval\": %.0f, \"time_ns\": %" PRId64 "}", run->interval, run->time_ns);
    }
    fputs("]}", stdout);
}

static void put_function(const struct sides *sides, uint32_t function)
{
    const struct site_function *of = &sides->table.functions.items[function];
    fputs("{\"function\": ", stdout);
    put_text(site_table_text(&sides->table, of->shown));
    fputs(", \"canonical\": ", stdout);
    put_text(site_table_text(&sides->table, of->name));
    fputs(", \"module\": ", stdout);
    put_text(site_table_text(&sides->table, of->module));
    fputs(", \"file\": ", stdout);
    put_text(site_table_text(&sides->table, of->file));
    printf(", \"line\": %" PRId32 "}", of->line);
}

static void put_name(const struct sides *sides, const struct compare_row *of)
{
    if (of->kind == COMPARE_MODULE) {
        fputs("\"module\": ", stdout);
        put_text(site_table_text(&sides->table, of->id));
        return;
    }
    if (of->kind == COMPARE_FUNCTION) {
        fputs("\"function\": ", stdout);
        put_function(sides, of->id);
        return;
    }
    const char *separator = "";
    fputs("\"stack\": [", stdout);
    for (uint32_t path = sides->table.site_paths.items[of->id]; path;
         path = site_table_parent(&sides->table, path)) {
        fputs(separator, stdout);
        put_function(sides, site_table_function(&sides->table, path));
        separator = ", ";
    }
    printf("], \"matched_by\": \"%s\", \"sites\": %" PRIu32, report_level_names[of->level],
           of->sites);
}

static void put_rows(const struct report *report, enum compare_kind kind, const char *name)
{
    const struct report_rows *rows = &report->rows[kind];
    printf(",\n \"%s\": {\"compared\": %" PRIu32 ", \"too_small\": %" PRIu32 ", \"changed\": [",
           name, rows->compared, rows->small);
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct compare_row *of = &report->sides->comparison.rows.items[rows->items[i].row];
        printf("%s\n  {\"kind\": \"%s\", ", i ? "," : "",
               report_kind_names[report_kind_of(report->sides, &rows->items[i])]);
        put_judged(&rows->items[i].judged);
        fputs(", ", stdout);
        put_name(report->sides, of);
        if (of->renamed) {
            fputs(", \"perhaps_renamed\": {", stdout);
            put_name(report->sides, &report->sides->comparison.rows.items[of->renamed]);
            putchar('}');
        }
        putchar('}');
    }
    fputs("]}", stdout);
}

static void put_gates(const struct report *report)
{
    static const char *const verdicts[] = {"holds", "fails", "cannot judge"};
    fputs(",\n \"gates\": [", stdout);
    for (size_t i = 0; i < report->gate_count; i++) {
        const struct gate *gate = &report->gates[i];
        fputs(i ? ",\n  {\"gate\": " : "\n  {\"gate\": ", stdout);
        put_text(gate->text);
        printf(", \"verdict\": \"%s\", ", verdicts[gate->verdict]);
        put_judged(&gate->judged);
        fputs(", ", stdout);
        put_number("sees", gate->sees);
        if (gate->why) {
            fputs(", \"why\": ", stdout);
            put_text(gate->why);
        }
        putchar('}');
    }
    printf("],\n \"status\": %d", report_status(report));
}

void report_print_json(const struct report *report)
{
    const struct sides *sides = report->sides;
    printf("{\"version\": %d, \"tool\": \"memprof " MEMPROF_VERSION "\",\n \"base\": ",
           SCHEMA_VERSION);
    put_side(sides, 0);
    fputs(",\n \"new\": ", stdout);
    put_side(sides, 1);
    printf(",\n \"exact\": %s, ", sides->is_exact ? "true" : "false");
    put_number("lost", sides->lost);
    printf(",\n \"confidence\": %.2f, \"rows_corrected_by\": \"Benjamini-Hochberg at %.2f\", "
           "\"gates_corrected_by\": \"Holm at %.2f\",\n \"value\": \"%s\",\n \"totals\": {",
           REPORT_CONFIDENCE, REPORT_FALSE_ROWS, GATES_ERROR, sides_value_names[sides->type]);
    for (int i = 0; i < PROFILE_VALUES; i++) {
        printf("%s\n  \"%s\": {", i ? "," : "", sides_value_names[i]);
        put_judged(&report->totals[i]);
        putchar('}');
    }
    putchar('}');
    if (report->blame) {
        fputs(",\n \"blame\": ", stdout);
        put_function(sides, site_table_function(&sides->table, report->blame));
    }
    put_rows(report, COMPARE_MODULE, "modules");
    put_rows(report, COMPARE_FUNCTION, "functions");
    put_rows(report, COMPARE_SITE, "sites");
    put_gates(report);
    puts("}");
}
