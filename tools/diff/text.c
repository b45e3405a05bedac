/* SPDX-License-Identifier: Apache-2.0
 *
 * The report for a person: did it get worse, where, by how much, how sure.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collector/base/path.h"
#include "tools/cli.h"
#include "tools/columns.h"
#include "tools/diff/report.h"
#include "tools/measure.h"

#define CALLERS 3 /* of a site that are shown */
#define TEXT    256
#define NUMBER  (MEASURE_TEXT + 1) /* with its sign */

static char *value(char text[static MEASURE_TEXT], enum profile_value type, double number)
{
    if (!isfinite(number)) {
        snprintf(text, MEASURE_TEXT, "%s", number < 0 ? "-inf" : "inf");
        return text;
    }
    return measure_alone(text, sides_unit(type), (int64_t)llround(number));
}

static char *signed_value(char text[static NUMBER], enum profile_value type, double number)
{
    char plain[MEASURE_TEXT];
    snprintf(text, NUMBER, "%s%s", number > 0 ? "+" : "", value(plain, type, number));
    return text;
}

static char *percentage(char text[static MEASURE_TEXT], const struct judged *judged)
{
    double change = judged->changed - judged->base;
    if (judged->base == 0)
        snprintf(text, MEASURE_TEXT, "%s", change == 0 ? "" : "new");
    else
        snprintf(text, MEASURE_TEXT, "%+.2f%%", 100 * change / judged->base);
    return text;
}

/* How sure a change is: "exact", "[-3, +5]". */
static char *sureness(char text[static TEXT], enum profile_value type, const struct judged *judged)
{
    char low[NUMBER], high[NUMBER];
    if (judged->judgement != JUDGED_ESTIMATED)
        snprintf(text, TEXT, "%s", "exact");
    else
        snprintf(text, TEXT, "[%s, %s]", signed_value(low, type, judged->interval.low),
                 signed_value(high, type, judged->interval.high));
    return text;
}

static void print_sides(const struct report *report)
{
    static const char *const names[] = {"Base:", "New: "};
    for (int side = 0; side < 2; side++) {
        const struct inputs *inputs = &report->sides->inputs[side];
        printf("%s %zu run%s of %s: ", names[side], inputs->count, inputs->count == 1 ? "" : "s",
               report->sides->program[side][0] ? report->sides->program[side] : "a program");
        cli_put(inputs->items[0].path, 0);
        puts(inputs->count > 1 ? " and others" : "");
    }
    putchar('\n');
}

static void print_totals(const struct report *report)
{
    static const struct column shape[] = {
        {"", COLUMN_LEFT, 0, 0},     {"base", COLUMN_RIGHT, 9, 0},
        {"new", COLUMN_RIGHT, 9, 0}, {"change", COLUMN_RIGHT, 9, 0},
        {"", COLUMN_RIGHT, 0, 0},    {"how sure", COLUMN_LEFT, 0, 0}};
    struct columns columns;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "");
    for (int i = 0; i < PROFILE_VALUES; i++) {
        const struct judged *judged = &report->totals[i];
        enum profile_value type = (enum profile_value)i;
        char text[NUMBER], sure[TEXT];
        columns_add(&columns, sides_value_names[i]);
        columns_add(&columns, value(text, type, judged->base));
        columns_add(&columns, value(text, type, judged->changed));
        columns_add(&columns, signed_value(text, type, judged->changed - judged->base));
        columns_add(&columns, percentage(text, judged));
        columns_add(&columns, sureness(sure, type, judged));
    }
    columns_print(&columns, stdout);
    columns_deinit(&columns);
}

/* --- names --- */

static char *function_text(char text[static TEXT], const struct sides *sides, uint32_t function)
{
    const struct site_table *table = &sides->table;
    const struct site_function *of = &table->functions.items[function];
    const char *name = site_table_text(table, of->shown), *file = site_table_text(table, of->file);
    if (*file)
        snprintf(text, TEXT, "%.160s  %.70s", *name ? name : "[no stack]", path_base(file));
    else
        snprintf(text, TEXT, "%.160s", *name ? name : "[no stack]");
    return text;
}

/* The function, and for a site the callers next to it. */
static void print_name(const struct sides *sides, uint32_t row)
{
    const struct compare_row *of = &sides->comparison.rows.items[row];
    char text[TEXT];
    if (of->kind == COMPARE_MODULE) {
        cli_put(site_table_text(&sides->table, of->id), 0);
        return;
    }
    if (of->kind == COMPARE_FUNCTION) {
        cli_put(function_text(text, sides, of->id), 0);
        return;
    }
    uint32_t path = sides->table.site_paths.items[of->id];
    for (int i = 0; (path || i == 0) && i <= CALLERS; i++) {
        if (i)
            printf("\n%*s<- ", 40, "");
        cli_put(function_text(text, sides, site_table_function(&sides->table, path)), 0);
        path = site_table_parent(&sides->table, path);
    }
    if (path)
        fputs(" ...", stdout);
}

/* --- the first lines --- */

static void print_verdict(const struct report *report)
{
    enum profile_value type = report->sides->type;
    const struct judged *total = &report->totals[type];
    char change[NUMBER], share[NUMBER], sure[TEXT], text[TEXT];
    double by = total->changed - total->base;
    bool is_change = total->judgement == JUDGED_DIFFERENT ||
                     (total->judgement == JUDGED_ESTIMATED &&
                      (total->interval.low > 0 || total->interval.high < 0));
    if (total->judgement == JUDGED_SAME)
        printf("No change of %s: exactly the same in all runs.\n", sides_value_names[type]);
    else if (!is_change)
        printf("No change of %s within %s.\n", sides_value_names[type],
               sureness(sure, type, total));
    else
        printf("%s %s by %s (%s), %s.\n", sides_value_names[type], by > 0 ? "grew" : "shrank",
               signed_value(change, type, by), percentage(share, total),
               sureness(sure, type, total));
    if (is_change && report->blame) {
        uint32_t function = site_table_function(&report->sides->table, report->blame);
        fputs("Nine tenths of that or more are in ", stdout);
        cli_put(function_text(text, report->sides, function), 0);
        puts(" and what it calls.");
    }
    if (report->sides->is_exact && total->least_runs == 1)
        puts("One run a side: what differs between two runs of one build is not known.");
    putchar('\n');
}

/* --- rows --- */

static void print_row(const struct report *report, const struct report_row *row)
{
    const struct sides *sides = report->sides;
    enum profile_value type = sides->type;
    const struct compare_row *of = &sides->comparison.rows.items[row->row];
    char change[NUMBER], share[NUMBER], sure[TEXT];
    printf("%12s %9s  %-6s  ", signed_value(change, type, row->judged.changed - row->judged.base),
           percentage(share, &row->judged), report_kind_names[report_kind_of(sides, row)]);
    print_name(sides, row->row);
    putchar('\n');
    if (row->judged.judgement == JUDGED_ESTIMATED)
        printf("%*s%s\n", 40, "", sureness(sure, type, &row->judged));
    if (of->kind == COMPARE_SITE && of->level != COMPARE_WHOLE_PATH)
        printf("%*s%" PRIu32 " sites matched by the %s\n", 40, "", of->sites,
               report_level_names[of->level]);
    if (of->renamed) {
        printf("%*sperhaps the same, renamed: ", 40, "");
        print_name(sides, of->renamed);
        putchar('\n');
    }
}

static void print_rows(const struct report *report, enum compare_kind kind)
{
    static const char *const titles[COMPARE_KINDS] = {"", "Modules", "Functions that allocate",
                                                      "Call sites"};
    const struct report_rows *rows = &report->rows[kind];
    uint64_t limit = report->sides->options->limit;
    if (rows->compared == 0)
        return;
    printf("%s: %" PRIu32 " of %" PRIu32 " changed in %s", titles[kind], rows->count,
           rows->compared, sides_value_names[report->sides->type]);
    if (!report->sides->is_exact || report->totals[0].least_runs > 1)
        printf(" (Benjamini-Hochberg, %.0f %%)", 100 * REPORT_FALSE_ROWS);
    if (rows->small)
        printf("; %" PRIu32 " small ones were not compared", rows->small);
    putchar('\n');
    for (uint32_t i = 0; i < rows->count && i < limit; i++)
        print_row(report, &rows->items[i]);
    if (rows->count > limit)
        printf("%12s %" PRIu64 " more (--count)\n", "", rows->count - limit);
    if (kind == COMPARE_SITE && rows->count && report->totals[0].least_runs < REPORT_SITE_RUNS)
        printf("With fewer than %d runs a side some of these may be chance.\n", REPORT_SITE_RUNS);
    putchar('\n');
}

static void print_gates(const struct report *report)
{
    static const char *const verdicts[] = {"holds", "FAILS", "cannot be judged"};
    for (size_t i = 0; i < report->gate_count; i++) {
        const struct gate *gate = &report->gates[i];
        char change[NUMBER], sure[TEXT], sees[NUMBER], text[TEXT];
        double by = gate->judged.changed - gate->judged.base;
        fputs("Gate ", stdout);
        cli_put(gate->text, 0);
        printf(" %s: change %s %s", verdicts[gate->verdict], signed_value(change, gate->type, by),
               sureness(sure, gate->type, &gate->judged));
        if (gate->site) {
            uint32_t path = report->sides->table.site_paths
                                .items[report->sides->comparison.rows.items[gate->site].id];
            fputs(" at ", stdout);
            cli_put(function_text(text, report->sides,
                                  site_table_function(&report->sides->table, path)),
                    0);
        }
        if (gate->why)
            printf("; %s", gate->why);
        else if (isfinite(gate->sees))
            printf("; it sees %s", signed_value(sees, gate->type, gate->sees));
        puts(".");
    }
    if (report->gate_count > 1)
        printf("%zu gates, corrected by Holm: the chance of a false alarm is %.0f %% at most.\n",
               report->gate_count, 100 * GATES_ERROR);
}

void report_print_text(const struct report *report)
{
    print_verdict(report);
    print_sides(report);
    print_totals(report);
    putchar('\n');
    for (int kind = COMPARE_KINDS; --kind > COMPARE_TOTAL;)
        print_rows(report, (enum compare_kind)kind);
    print_gates(report);
    const struct sides *sides = report->sides;
    if (sides->inputs[0].count == 1 && sides->inputs[1].count == 1) {
        printf("The same in pprof: go tool pprof -sample_index=%s -diff_base=",
               sides_value_names[sides->type]);
        cli_put(sides->inputs[0].items[0].path, 0);
        putchar(' ');
        cli_put(sides->inputs[1].items[0].path, 0);
        putchar('\n');
    }
}
