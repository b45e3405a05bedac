/* SPDX-License-Identifier: Apache-2.0
 *
 * A table for a spreadsheet, as RFC 4180 has it: the totals of all values, then the gates, and
 * what changed of the value that is shown.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/diff/formats.h"
#include "tools/diff/notes.h"
#include "tools/diff/places.h"
#include "tools/diff/words.h"

static void put_quoted(FILE *out, const char *before, const char *text)
{
    fprintf(out, "\"%s", before);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputs("\",", out);
}

/* A name that a spreadsheet would take for a formula begins with an apostrophe, by which it knows
 * that this is text. */
static void put_name(FILE *out, const char *name)
{
    put_quoted(out, *name && strchr("=+-@\t\r", *name) ? "'" : "", name);
}

static void put_text(FILE *out, const char *text)
{
    put_quoted(out, "", text);
}

static void put_number(FILE *out, double number)
{
    if (isfinite(number))
        fprintf(out, "%.17g", number);
    fputc(',', out);
}

static void put_judged(FILE *out, const struct judged *judged)
{
    put_number(out, judged->base);
    put_number(out, judged->changed);
    put_number(out, judged->changed - judged->base);
    put_number(out, judged->interval.low);
    put_number(out, judged->interval.high);
    put_number(out, judged->ratio.low);
    put_number(out, judged->ratio.high);
    put_number(out, judged->p);
    put_text(out, words_judgements[judged->judgement]);
}

static void put_place(FILE *out, const struct place *place)
{
    put_name(out, place->path ? place->path : place->file ? place->file : "");
    if (place->line)
        fprintf(out, "%" PRId32, place->line);
    fputc(',', out);
}

/* Of a site and a function the allocating function's module. */
static const char *module_of(const struct sides *sides, const struct compare_row *of)
{
    if (of->kind == COMPARE_MODULE)
        return site_table_text(&sides->table, of->id);
    uint32_t function =
        of->kind == COMPARE_FUNCTION
            ? of->id
            : site_table_function(&sides->table, sides->table.site_paths.items[of->id]);
    return site_table_text(&sides->table, sides->table.functions.items[function].module);
}

/* "leaf < caller < ... ". */
static bool put_stack(FILE *out, const struct sides *sides, const struct compare_row *of)
{
    char *text = NULL;
    size_t length;
    FILE *stack = open_memstream(&text, &length);
    if (!stack)
        return false;
    uint32_t path = of->kind == COMPARE_SITE ? sides->table.site_paths.items[of->id] : 0;
    for (const char *separator = ""; path; path = site_table_parent(&sides->table, path)) {
        fprintf(stack, "%s%s", separator,
                words_function(sides, site_table_function(&sides->table, path)));
        separator = " < ";
    }
    bool has_failed = ferror(stack) != 0;
    if (fclose(stack) == 0 && !has_failed)
        put_name(out, text);
    else
        has_failed = true;
    free(text);
    return !has_failed;
}

static bool put_row(FILE *out, const struct report *report, const struct report_row *row)
{
    const struct sides *sides = report->sides;
    const struct compare_row *of = &sides->comparison.rows.items[row->row];
    struct place place;
    place_of_row(&place, report, row->row);
    put_text(out, words_kinds[of->kind]);
    put_name(out, words_row_name(sides, row->row));
    put_name(out, module_of(sides, of));
    put_place(out, &place);
    put_text(out, sides_value_names[sides->type]);
    put_judged(out, &row->judged);
    put_text(out, report_kind_names[report_kind_of(sides, row)]);
    put_text(out, of->kind == COMPARE_SITE ? report_level_names[of->level] : "");
    if (!put_stack(out, sides, of))
        return false;
    fputs("\"\"\r\n", out);
    return true;
}

struct error *format_csv(const struct report *report, FILE *out)
{
    const struct place nowhere = {.file = ""};
    char *corrections = notes_corrections(report);
    if (!corrections)
        return error_no_memory();
    fputs("scope,name,module,file,line,value,base,new,change,low,high,ratio_low,ratio_high,p,"
          "judgement,result,matched_by,stack,note\r\n",
          out);
    for (int i = 0; i < PROFILE_VALUES; i++) {
        fputs("\"total\",\"\",\"\",", out);
        put_place(out, &nowhere);
        put_text(out, sides_value_names[i]);
        put_judged(out, &report->totals[i]);
        fprintf(out, "\"\",\"\",\"\",\"%s\"\r\n", i == (int)report->sides->type ? corrections : "");
    }
    free(corrections);
    for (size_t i = 0; i < report->gate_count; i++) {
        const struct gate *gate = &report->gates[i];
        fputs("\"gate\",", out);
        put_text(out, gate->text);
        fputs("\"\",", out);
        put_place(out, &nowhere);
        put_text(out, metric_names[gate->spec.metric]);
        put_judged(out, &gate->judged);
        put_text(out, words_gates[gate->verdict]);
        fputs("\"\",\"\",\"", out);
        fputs(gate->why ? gate->why : "", out);
        fputs("\"\r\n", out);
    }
    for (int kind = COMPARE_KINDS; --kind > COMPARE_TOTAL;)
        for (uint32_t i = 0; i < report->rows[kind].count; i++)
            if (!put_row(out, report, &report->rows[kind].items[i]))
                return error_no_memory();
    return NULL;
}
