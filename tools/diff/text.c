/* SPDX-License-Identifier: Apache-2.0
 *
 * The report for a person: did it get worse, where, by how much, how sure.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/clean.h"
#include "collector/base/path.h"
#include "tools/columns.h"
#include "tools/diff/formats.h"
#include "tools/diff/options.h"
#include "tools/diff/places.h"
#include "tools/diff/words.h"

#define CALLERS 3 /* of a site that are shown */
#define INDENT  40

struct text {
    const struct report *report;
    FILE *out;
    bool has_colour;
};

/* --- colour --- */

enum colour { PLAIN, BAD, GOOD, UNSURE, FAINT };

static void start(const struct text *text, enum colour colour)
{
    static const char *const codes[] = {"", "\033[1;31m", "\033[32m", "\033[33m", "\033[2m"};
    if (text->has_colour)
        fputs(codes[colour], text->out);
}

static void stop(const struct text *text)
{
    if (text->has_colour)
        fputs("\033[0m", text->out);
}

static bool wants_colour(FILE *out)
{
    const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(fileno(out)) && !(no && *no) && terminal && strcmp(terminal, "dumb") != 0;
}

static void put(const struct text *text, const char *name)
{
    clean_put_text(text->out, name);
}

static void put_cut(const struct text *text, const char *name)
{
    size_t length = words_cut(name, WORDS_NAME);
    clean_put(text->out, name, length);
    fputs(name[length] ? "..." : "", text->out);
}

/* --- what stands above --- */

static void print_sides(const struct text *text)
{
    static const char *const names[] = {"Base:", "New: "};
    const struct sides *sides = text->report->sides;
    for (int side = 0; side < 2; side++) {
        const struct inputs *inputs = &sides->inputs[side];
        fprintf(text->out, "%s %zu run%s of ", names[side], inputs->count,
                inputs->count == 1 ? "" : "s");
        put(text, sides->program[side][0] ? sides->program[side] : "a program");
        fputs(": ", text->out);
        put(text, inputs->items[0].path);
        fputs(inputs->count > 1 ? " and others\n" : "\n", text->out);
    }
    fputc('\n', text->out);
}

static void print_totals(const struct text *text)
{
    static const struct column shape[] = {
        {"", COLUMN_LEFT, 0, 0},     {"base", COLUMN_RIGHT, 9, 0},
        {"new", COLUMN_RIGHT, 9, 0}, {"change", COLUMN_RIGHT, 9, 0},
        {"", COLUMN_RIGHT, 0, 0},    {"how sure", COLUMN_LEFT, 0, 0}};
    struct columns columns;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "");
    for (int i = 0; i < PROFILE_VALUES; i++) {
        const struct judged *judged = &text->report->totals[i];
        enum profile_value type = (enum profile_value)i;
        char number[WORDS_NUMBER], sure[WORDS_TEXT];
        columns_add(&columns, sides_value_names[i]);
        columns_add(&columns, words_value(number, type, judged->base));
        columns_add(&columns, words_value(number, type, judged->changed));
        columns_add(&columns, words_signed(number, type, judged->changed - judged->base));
        columns_add(&columns, words_percentage(number, judged));
        columns_add(&columns, words_sureness(sure, type, judged));
    }
    columns_print(&columns, text->out);
    columns_deinit(&columns);
}

/* --- names --- */

static void put_function(const struct text *text, uint32_t function, int32_t line)
{
    const struct sides *sides = text->report->sides;
    const struct site_function *of = &sides->table.functions.items[function];
    const char *file = site_table_text(&sides->table, of->file);
    put_cut(text, words_function(sides, function));
    if (!*file)
        return;
    fputs("  ", text->out);
    start(text, FAINT);
    put(text, path_base(file));
    if (line || of->line)
        fprintf(text->out, ":%" PRId32, line ? line : of->line);
    stop(text);
}

/* The function, and for a site the callers next to it. */
static void put_name(const struct text *text, uint32_t row)
{
    const struct sides *sides = text->report->sides;
    const struct compare_row *of = &sides->comparison.rows.items[row];
    if (of->kind == COMPARE_MODULE) {
        put_cut(text, site_table_text(&sides->table, of->id));
        return;
    }
    if (of->kind == COMPARE_FUNCTION) {
        struct place place;
        place_of_row(&place, text->report, row);
        put_function(text, of->id, place.line);
        return;
    }
    uint32_t path = sides->table.site_paths.items[of->id];
    int32_t line = site_table_line(&sides->table, path);
    for (int i = 0; (path || i == 0) && i <= CALLERS; i++) {
        if (i)
            fprintf(text->out, "\n%*s<- ", INDENT, "");
        put_function(text, site_table_function(&sides->table, path), line);
        line = site_table_caller_line(&sides->table, path);
        path = site_table_parent(&sides->table, path);
    }
    if (path)
        fputs(" ...", text->out);
}

/* --- rows --- */

static void print_row(const struct text *text, const struct report_row *row)
{
    const struct sides *sides = text->report->sides;
    enum profile_value type = sides->type;
    const struct compare_row *of = &sides->comparison.rows.items[row->row];
    char change[WORDS_NUMBER], share[MEASURE_TEXT], sure[WORDS_TEXT];
    double by = row->judged.changed - row->judged.base;
    start(text, by > 0 ? BAD : by < 0 ? GOOD : PLAIN);
    fprintf(text->out, "%12s %9s  %-6s", words_signed(change, type, by),
            words_percentage(share, &row->judged), report_kind_names[report_kind_of(sides, row)]);
    stop(text);
    fputs("  ", text->out);
    put_name(text, row->row);
    fputc('\n', text->out);
    if (row->judged.judgement == JUDGED_ESTIMATED)
        fprintf(text->out, "%*s%s\n", INDENT, "", words_sureness(sure, type, &row->judged));
    if (of->kind == COMPARE_SITE && of->level != COMPARE_WHOLE_PATH) {
        fprintf(text->out, "%*s%" PRIu32 " sites matched by the %s", INDENT, "", of->sites,
                report_level_names[of->level]);
        if (of->folded) {
            fputs(": ", text->out);
            put_cut(text, words_function(sides, of->folded_function));
        }
        if (of->folded > 1)
            fprintf(text->out, " and %" PRIu32 " more", of->folded - 1);
        fputc('\n', text->out);
    }
    if (of->renamed) {
        fprintf(text->out, "%*sperhaps the same, renamed: ", INDENT, "");
        put_name(text, of->renamed);
        fputc('\n', text->out);
    }
}

static void print_rows(const struct text *text, enum compare_kind kind)
{
    static const char *const titles[COMPARE_KINDS] = {"", "Modules", "Functions that allocate",
                                                      "Call sites"};
    const struct report *report = text->report;
    const struct report_rows *rows = &report->rows[kind];
    uint64_t limit = report->sides->options->limit;
    FILE *out = text->out;
    if (rows->compared == 0)
        return;
    fprintf(out, "%s: %" PRIu32 " of %" PRIu32 " changed in %s", titles[kind], rows->count,
            rows->compared, sides_value_names[report->sides->type]);
    if (rows->small)
        fprintf(out, "; %" PRIu32 " small ones were not compared", rows->small);
    fputc('\n', out);
    for (uint32_t i = 0; i < rows->count && i < limit; i++)
        print_row(text, &rows->items[i]);
    if (rows->count > limit)
        fprintf(out, "%12s %" PRIu64 " more (--count)\n", "", rows->count - limit);
    if (kind == COMPARE_SITE && rows->count && report->totals[0].least_runs < REPORT_SITE_RUNS)
        fprintf(out, "With fewer than %d runs a side some of these may be chance.\n",
                REPORT_SITE_RUNS);
    fputc('\n', out);
}

static bool print_gates(const struct text *text)
{
    static const char *const verdicts[] = {"holds", "FAILS", "cannot be judged"};
    static const enum colour colours[] = {GOOD, BAD, UNSURE};
    const struct report *report = text->report;
    for (size_t i = 0; i < report->gate_count; i++) {
        const struct gate *gate = &report->gates[i];
        char *words = words_gate(report, gate);
        if (!words)
            return false;
        start(text, colours[gate->verdict]);
        fputs("Gate ", text->out);
        put(text, gate->text);
        fprintf(text->out, " %s", verdicts[gate->verdict]);
        stop(text);
        fputs(": ", text->out);
        put(text, words);
        fputs(".\n", text->out);
        free(words);
    }
    return true;
}

static bool print_verdict(const struct text *text)
{
    static const enum colour colours[] = {GOOD, BAD, UNSURE};
    char *words = words_verdict(text->report);
    if (!words)
        return false;
    size_t first = strcspn(words, "\n");
    start(text, colours[words_outcome(text->report)]);
    clean_put(text->out, words, first);
    stop(text);
    for (char *line = words + first + 1; first && *line; line += first + 1) {
        fputc('\n', text->out);
        first = strcspn(line, "\n");
        clean_put(text->out, line, first);
    }
    fputs("\n\n", text->out);
    free(words);
    return true;
}

static bool print_pprof(const struct text *text)
{
    const struct report *report = text->report;
    size_t runs = report->sides->inputs[0].count;
    char *words = words_pprof(report);
    if (words && *words) {
        fputs("The same in pprof: ", text->out);
        put(text, words);
        if (runs > 1)
            fprintf(text->out, "  (%zu times the difference: runs are added up)", runs);
        fputc('\n', text->out);
    }
    free(words);
    return words != NULL;
}

struct error *format_text(const struct report *report, FILE *out)
{
    const struct text text = {report, out, wants_colour(out)};
    if (!print_verdict(&text))
        return error_no_memory();
    print_sides(&text);
    print_totals(&text);
    fputc('\n', out);
    for (int kind = COMPARE_KINDS; --kind > COMPARE_TOTAL;)
        print_rows(&text, (enum compare_kind)kind);
    return print_gates(&text) && print_pprof(&text) ? NULL : error_no_memory();
}
