/* SPDX-License-Identifier: Apache-2.0
 *
 * The report for programs; memprof-diff(1) describes it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/date.h"
#include "tools/diff/answer.h"
#include "tools/diff/formats.h"
#include "tools/diff/places.h"
#include "tools/diff/report.h"
#include "tools/diff/words.h"
#include "tools/json.h"

#define SCHEMA_VERSION 1

static void put_number(FILE *out, const char *name, double number)
{
    fprintf(out, "\"%s\": ", name);
    json_put_number(out, number);
}

static void put_judged(FILE *out, const struct judged *judged)
{
    const double numbers[] = {judged->base,
                              judged->changed,
                              judged->changed - judged->base,
                              judged->interval.low,
                              judged->interval.high,
                              judged->ratio.low,
                              judged->ratio.high,
                              judged->p};
    static const char *const names[] = {"base", "new",       "change",     "low",
                                        "high", "ratio_low", "ratio_high", "p"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        put_number(out, names[i], numbers[i]);
        fputs(", ", out);
    }
    fprintf(out, "\"judgement\": \"%s\", \"answer\": \"%s\", \"runs\": [%zu, %zu]",
            words_judgements[judged->judgement], answer_names[answer_of(judged)],
            judged->least_runs, judged->most_runs);
}

static void put_side(FILE *out, const struct sides *sides, int side)
{
    const struct inputs *inputs = &sides->inputs[side];
    uint32_t first = side ? sides->comparison.base_runs : 0;
    fputs("{\"program\": ", out);
    json_put_text(out, sides->program[side]);
    fputs(", \"runs\": [", out);
    for (size_t i = 0; i < inputs->count; i++) {
        const struct site_run *run = &sides->table.runs.items[first + i];
        fputs(i ? ", {\"file\": " : "{\"file\": ", out);
        json_put_text(out, inputs->items[i].path);
        fprintf(out, ", \"interval\": %.0f, \"time_ns\": %" PRId64 "}", run->interval,
                run->time_ns);
    }
    fputs("]}", out);
}

static void put_path(FILE *out, const char *path)
{
    fputs(", \"path\": ", out);
    if (path)
        json_put_text(out, path);
    else
        fputs("null", out);
}

/* `line` 0: that of the first call that was seen in it. */
static void put_function(FILE *out, const struct report *report, uint32_t function, int32_t line)
{
    const struct site_table *table = &report->sides->table;
    const struct site_function *of = &table->functions.items[function];
    const char *file = site_table_text(table, of->file);
    fputs("{\"function\": ", out);
    json_put_text(out, words_function(report->sides, function));
    fputs(", \"canonical\": ", out);
    json_put_text(out, site_table_text(table, of->name));
    fputs(", \"module\": ", out);
    json_put_text(out, site_table_text(table, of->module));
    fputs(", \"file\": ", out);
    json_put_text(out, file);
    put_path(out, repository_find(report->repository, of->file, file));
    fprintf(out, ", \"line\": %" PRId32 "}", line ? line : of->line);
}

static void put_site(FILE *out, const struct report *report, const struct compare_row *of)
{
    const struct site_table *table = &report->sides->table;
    const char *separator = "";
    uint32_t path = table->site_paths.items[of->id];
    int32_t line = site_table_line(table, path);
    fputs("\"stack\": [", out);
    for (; path; path = site_table_parent(table, path)) {
        fputs(separator, out);
        put_function(out, report, site_table_function(table, path), line);
        line = site_table_caller_line(table, path);
        separator = ", ";
    }
    fprintf(out, "], \"matched_by\": \"%s\", \"sites\": %" PRIu32, report_level_names[of->level],
            of->sites);
    if (of->folded) {
        fprintf(out, ", \"folded\": %" PRIu32 ", \"folded_function\": ", of->folded);
        put_function(out, report, of->folded_function, 0);
    }
    struct place place;
    place_of_path(&place, report, table->site_paths.items[of->id]);
    fputs(", \"place\": {\"file\": ", out);
    json_put_text(out, place.file);
    put_path(out, place.path);
    fprintf(out, ", \"line\": %" PRId32 "}", place.line);
}

static void put_name(FILE *out, const struct report *report, const struct compare_row *of)
{
    if (of->kind == COMPARE_MODULE) {
        fputs("\"module\": ", out);
        json_put_text(out, site_table_text(&report->sides->table, of->id));
    } else if (of->kind == COMPARE_FUNCTION) {
        fputs("\"function\": ", out);
        struct place place;
        place_of_row(&place, report, (uint32_t)(of - report->sides->comparison.rows.items));
        put_function(out, report, of->id, place.line);
    } else {
        put_site(out, report, of);
    }
}

static void put_rows(FILE *out, const struct report *report, enum compare_kind kind,
                     const char *name)
{
    const struct report_rows *rows = &report->rows[kind];
    fprintf(out,
            ",\n \"%s\": {\"compared\": %" PRIu32 ", \"too_small\": %" PRIu32 ", \"changed\": [",
            name, rows->compared, rows->small);
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct compare_row *of = &report->sides->comparison.rows.items[rows->items[i].row];
        fprintf(out, "%s\n  {\"kind\": \"%s\", ", i ? "," : "",
                report_kind_names[report_kind_of(report->sides, &rows->items[i])]);
        put_judged(out, &rows->items[i].judged);
        fputs(", ", out);
        put_name(out, report, of);
        if (of->renamed) {
            fputs(", \"perhaps_renamed\": {", out);
            put_name(out, report, &report->sides->comparison.rows.items[of->renamed]);
            fputc('}', out);
        }
        fputc('}', out);
    }
    fputs("]}", out);
}

static void put_gates(FILE *out, const struct report *report)
{
    fputs(",\n \"gates\": [", out);
    for (size_t i = 0; i < report->gate_count; i++) {
        const struct gate *gate = &report->gates[i];
        fputs(i ? ",\n  {\"gate\": " : "\n  {\"gate\": ", out);
        json_put_text(out, gate->text);
        fprintf(out, ", \"verdict\": \"%s\", ", words_gates[gate->verdict]);
        put_judged(out, &gate->judged);
        fputs(", ", out);
        put_number(out, "sees", gate->sees);
        if (gate->verdict == GATE_CANNOT_JUDGE && gate->is_measured)
            fprintf(out, ", \"needs\": {\"runs\": %" PRIu64 ", \"interval\": %" PRIu64 "}",
                    gate->needs.runs, gate->needs.interval_bytes);
        if (gate->is_ratchet) {
            char date[DATE_TEXT];
            fputs(", \"ratchet\": {", out);
            put_number(out, "value", gate->best);
            fprintf(out, ", \"date\": \"%s\", \"commit\": ", date_text(date, gate->best_date));
            json_put_text(out, gate->best_commit);
            putc('}', out);
        }
        if (gate->why) {
            fputs(", \"why\": ", out);
            json_put_text(out, gate->why);
        }
        if (gate->site) {
            fputs(", \"site\": {", out);
            put_name(out, report, &report->sides->comparison.rows.items[gate->site]);
            fputc('}', out);
        }
        fputc('}', out);
    }
    fprintf(out, "],\n \"status\": %d", report_status(report));
}

static bool put_sentence(FILE *out, const char *name, char *text)
{
    if (text) {
        fprintf(out, "\"%s\": ", name);
        json_put_text(out, text);
        fputs(",\n ", out);
    }
    free(text);
    return text != NULL;
}

static const char *outcome_of(const struct report *report)
{
    const struct judged *total = &report->totals[report->sides->type];
    enum gate_verdict outcome = words_outcome(report);
    if (outcome != GATE_HOLDS)
        return outcome == GATE_FAILS ? "worse" : "cannot tell";
    return !report->gate_count && words_is_change(total) ? "better" : "not worse";
}

struct error *format_json(const struct report *report, FILE *out)
{
    const struct sides *sides = report->sides;
    fprintf(out, "{\"version\": %d, \"tool\": \"memprof " MEMPROF_VERSION "\",\n ", SCHEMA_VERSION);
    fprintf(out, "\"outcome\": \"%s\",\n ", outcome_of(report));
    if (!put_sentence(out, "verdict", words_verdict(report)) ||
        !put_sentence(out, "pprof", words_pprof(report)))
        return error_no_memory();
    fputs("\"base\": ", out);
    put_side(out, sides, 0);
    fputs(",\n \"new\": ", out);
    put_side(out, sides, 1);
    fprintf(out, ",\n \"exact\": %s, ", sides->is_exact ? "true" : "false");
    put_number(out, "lost", sides->lost);
    fprintf(out,
            ",\n \"confidence\": %.2f, \"rows_corrected_by\": \"Benjamini-Hochberg at %.2f\", "
            "\"gates_corrected_by\": \"Holm at %.2f\",\n \"value\": \"%s\",\n \"totals\": {",
            REPORT_CONFIDENCE, REPORT_FALSE_ROWS, GATES_ERROR, sides_value_names[sides->type]);
    for (int i = 0; i < PROFILE_VALUES; i++) {
        fprintf(out, "%s\n  \"%s\": {", i ? "," : "", sides_value_names[i]);
        put_judged(out, &report->totals[i]);
        fputc('}', out);
    }
    fputc('}', out);
    if (report->blame) {
        fputs(",\n \"blame\": ", out);
        put_function(out, report, site_table_function(&sides->table, report->blame), 0);
    }
    put_rows(out, report, COMPARE_MODULE, "modules");
    put_rows(out, report, COMPARE_FUNCTION, "functions");
    put_rows(out, report, COMPARE_SITE, "sites");
    put_gates(out, report);
    fputs("}\n", out);
    return NULL;
}
