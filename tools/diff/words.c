/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/path.h"
#include "collector/base/utf8.h"
#include "tools/date.h"
#include "tools/diff/answer.h"
#include "tools/diff/notes.h"
#include "tools/diff/places.h"

#define RATIO_TEXT 64

const char *const words_kinds[COMPARE_KINDS] = {"total", "module", "function", "site"};
const char *const words_gates[] = {"holds", "fails", "cannot judge"};
const char *const words_judgements[] = {"same", "different", "estimated"};

char *words_value(char text[static MEASURE_TEXT], enum profile_value type, double number)
{
    if (!isfinite(number)) {
        snprintf(text, MEASURE_TEXT, "%s", number < 0 ? "-inf" : "inf");
        return text;
    }
    return measure_alone(text, sides_unit(type), (int64_t)llround(number));
}

char *words_signed(char text[static WORDS_NUMBER], enum profile_value type, double number)
{
    char plain[MEASURE_TEXT];
    snprintf(text, WORDS_NUMBER, "%s%s", number > 0 ? "+" : "", words_value(plain, type, number));
    return text;
}

char *words_percentage(char text[static MEASURE_TEXT], const struct judged *judged)
{
    double change = judged->changed - judged->base;
    if (judged->base == 0)
        snprintf(text, MEASURE_TEXT, "%s", change == 0 ? "" : "new");
    else
        snprintf(text, MEASURE_TEXT, "%+.2f%%", 100 * change / judged->base);
    return text;
}

/* " [+3.10%, +3.60%]" of the base, nothing where that is not known. */
static char *ratio_text(char text[static RATIO_TEXT], const struct judged *judged)
{
    double low = 100 * (judged->ratio.low - 1), high = 100 * (judged->ratio.high - 1);
    if (judged->judgement != JUDGED_ESTIMATED || judged->base == 0 || isnan(low) || isnan(high))
        *text = '\0';
    else
        snprintf(text, RATIO_TEXT, isinf(high) ? " [%+.2f%%, inf]" : " [%+.2f%%, %+.2f%%]", low,
                 high);
    return text;
}

char *words_sureness(char text[static WORDS_TEXT], enum profile_value type,
                     const struct judged *judged)
{
    char low[WORDS_NUMBER], high[WORDS_NUMBER], runs[ANSWER_TEXT], ratio[RATIO_TEXT];
    if (judged->judgement == JUDGED_ESTIMATED)
        snprintf(text, WORDS_TEXT, "[%s, %s]%s", words_signed(low, type, judged->interval.low),
                 words_signed(high, type, judged->interval.high), ratio_text(ratio, judged));
    else if (judged->least_runs < REPORT_SITE_RUNS)
        snprintf(text, WORDS_TEXT, "exact, %s", answer_runs_text(runs, judged));
    else
        snprintf(text, WORDS_TEXT, "%s", "exact");
    return text;
}

const char *words_function(const struct sides *sides, uint32_t function)
{
    const char *name = site_table_text(&sides->table, sides->table.functions.items[function].shown);
    return *name ? name : "[no stack]";
}

size_t words_cut(const char *name, size_t most)
{
    size_t length = strlen(name), at = 0;
    while (at < length) {
        size_t step = utf8_length(name + at, length - at);
        step = step ? step : 1;
        if (at + step > most)
            break;
        at += step;
    }
    return at;
}

const char *words_row_name(const struct sides *sides, uint32_t row)
{
    const struct compare_row *of = &sides->comparison.rows.items[row];
    if (of->kind == COMPARE_TOTAL)
        return "";
    if (of->kind == COMPARE_MODULE)
        return site_table_text(&sides->table, of->id);
    uint32_t function =
        of->kind == COMPARE_FUNCTION
            ? of->id
            : site_table_function(&sides->table, sides->table.site_paths.items[of->id]);
    return words_function(sides, function);
}

bool words_is_change(const struct judged *judged)
{
    return answer_of(judged) == ANSWER_CHANGE;
}

/* --- sentences --- */

/* What open_memstream() has written; NULL: no memory. */
static char *finish(FILE *out, char **text)
{
    bool has_failed = ferror(out) != 0;
    if (fclose(out) != 0 || has_failed) {
        free(*text);
        *text = NULL;
    }
    return *text;
}

static void put_cut(FILE *out, const char *name)
{
    size_t length = words_cut(name, WORDS_NAME);
    fwrite(name, 1, length, out);
    fputs(name[length] ? "..." : "", out);
}

/* "FUNCTION (FILE:LINE)" of a site. */
static void put_place(FILE *out, const struct report *report, uint32_t row)
{
    struct place place;
    place_of_row(&place, report, row);
    put_cut(out, words_row_name(report->sides, row));
    if (*place.file)
        fprintf(out, " (%s:%" PRId32 ")", path_base(place.file), place.line);
}

/* " (+3.33% [+3.10%, +3.60%])" of the base, " (new)" without one. */
static void put_share(FILE *out, const struct judged *judged)
{
    char share[MEASURE_TEXT], ratio[RATIO_TEXT];
    fprintf(out, " (%s%s)", words_percentage(share, judged), ratio_text(ratio, judged));
}

/* "alloc_space grew by +42.29kB (+43.74%), exact", and what else can be answered.  An interval is
 * in percent where there is a base. */
static void put_change(FILE *out, enum profile_value type, const struct judged *judged)
{
    char change[WORDS_NUMBER], sure[WORDS_TEXT], needs[ANSWER_TEXT];
    double by = judged->changed - judged->base;
    const char *name = sides_value_names[type];
    words_sureness(sure, type, judged);
    switch (answer_of(judged)) {
    case ANSWER_NO_CHANGE:
        fprintf(out, "no change of %s %s%s", name,
                judged->judgement == JUDGED_SAME ? "at all: " : "within ", sure);
        break;
    case ANSWER_CANNOT_TELL:
        fprintf(out, "cannot tell whether %s changed, %s: %s", name, sure,
                answer_needs_text(needs, answer_needs(judged)));
        break;
    case ANSWER_CHANGE:
        fprintf(out, "%s %s by %s", name, by > 0 ? "grew" : "shrank",
                words_signed(change, type, by));
        put_share(out, judged);
        if (judged->base == 0 || judged->judgement != JUDGED_ESTIMATED)
            fprintf(out, ", %s", sure);
    }
}

static size_t gates_that(const struct report *report, enum gate_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < report->gate_count; i++)
        count += report->gates[i].verdict == verdict;
    return count;
}

enum gate_verdict words_outcome(const struct report *report)
{
    const struct judged *total = &report->totals[report->sides->type];
    if (gates_that(report, GATE_FAILS))
        return GATE_FAILS;
    if (gates_that(report, GATE_CANNOT_JUDGE))
        return GATE_CANNOT_JUDGE;
    if (report->gate_count)
        return GATE_HOLDS;
    enum answer answer = answer_of(total);
    return answer == ANSWER_CANNOT_TELL                              ? GATE_CANNOT_JUDGE
           : answer == ANSWER_CHANGE && total->changed > total->base ? GATE_FAILS
                                                                     : GATE_HOLDS;
}

static void put_first_line(FILE *out, const struct report *report)
{
    const struct judged *total = &report->totals[report->sides->type];
    enum gate_verdict outcome = words_outcome(report);
    size_t count = report->gate_count;
    if (!count)
        fputs(outcome == GATE_FAILS          ? "Worse: "
              : outcome == GATE_CANNOT_JUDGE ? "Unsure: "
              : words_is_change(total)       ? "Better: "
                                             : "Not worse: ",
              out);
    else if (outcome == GATE_FAILS)
        fprintf(out, "Worse: %zu of %zu gates failed; ", gates_that(report, outcome), count);
    else if (outcome == GATE_CANNOT_JUDGE)
        fprintf(out, "Cannot tell: %zu of %zu gates cannot be judged; ",
                gates_that(report, outcome), count);
    else
        fprintf(out, "Good: %s; ", count == 1 ? "the gate holds" : "all gates hold");
    put_change(out, report->sides->type, total);
    fputs(".\n", out);
}

/* The largest site, and the innermost path that most of the change is in. */
static void put_where(FILE *out, const struct report *report)
{
    const struct sides *sides = report->sides;
    const struct report_rows *sites = &report->rows[COMPARE_SITE];
    if (!words_is_change(&report->totals[sides->type]) && !sites->count)
        return;
    char change[WORDS_NUMBER];
    if (sites->count) {
        const struct judged *judged = &sites->items[0].judged;
        fprintf(out, "Where: most at ");
        put_place(out, report, sites->items[0].row);
        fprintf(out, ", %s", words_signed(change, sides->type, judged->changed - judged->base));
    }
    if (report->blame) {
        fputs(sites->count ? "; nine tenths or more of it are in "
                           : "Where: nine tenths or more of it are in ",
              out);
        put_cut(out, words_function(sides, site_table_function(&sides->table, report->blame)));
        fputs(" and what it calls", out);
    }
    if (sites->count || report->blame)
        fputs(".\n", out);
}

static void put_others(FILE *out, const struct report *report)
{
    const char *separator = "Also: ";
    for (int i = 0; i < PROFILE_VALUES; i++) {
        if (i == (int)report->sides->type || !words_is_change(&report->totals[i]))
            continue;
        fputs(separator, out);
        put_change(out, (enum profile_value)i, &report->totals[i]);
        separator = "; ";
    }
    if (*separator == ';')
        fputs(".\n", out);
}

char *words_verdict(const struct report *report)
{
    char *text = NULL, *corrections = notes_corrections(report);
    size_t length;
    FILE *out = corrections ? open_memstream(&text, &length) : NULL;
    if (!out) {
        free(corrections);
        return NULL;
    }
    put_first_line(out, report);
    put_where(out, report);
    put_others(out, report);
    fprintf(out, "%s.\n", corrections);
    free(corrections);
    notes_put(out, report);
    return finish(out, &text);
}

char *words_row(const struct report *report, const struct report_row *row)
{
    const struct sides *sides = report->sides;
    const struct judged *judged = &row->judged;
    char *text = NULL, change[WORDS_NUMBER], share[MEASURE_TEXT], sure[WORDS_TEXT];
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    enum report_kind kind = report_kind_of(sides, row);
    put_cut(out, words_row_name(sides, row->row));
    fprintf(out, ": %s %s", report_kind_words[kind],
            words_signed(change, sides->type, judged->changed - judged->base));
    if (kind == REPORT_GREW || kind == REPORT_SHRANK)
        fprintf(out, " (%s)", words_percentage(share, judged));
    fprintf(out, " of %s, %s", sides_value_names[sides->type],
            words_sureness(sure, sides->type, judged));
    return finish(out, &text);
}

static char *signed_metric(char text[static WORDS_NUMBER], enum metric metric, double number)
{
    char plain[MEASURE_TEXT];
    snprintf(text, WORDS_NUMBER, "%s%s", number > 0 ? "+" : "", metric_text(plain, metric, number));
    return text;
}

char *words_gate(const struct report *report, const struct gate *gate)
{
    const struct judged *judged = &gate->judged;
    enum metric metric = gate->spec.metric;
    char *text = NULL, number[WORDS_NUMBER], high[WORDS_NUMBER];
    char plain[MEASURE_TEXT], date[DATE_TEXT], needs[ANSWER_TEXT];
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    if (gate->is_ratchet)
        fprintf(out, "the best was %s on %s (%s): ", metric_text(plain, metric, gate->best),
                date_text(date, gate->best_date), gate->best_commit);
    fprintf(out, "change %s ", signed_metric(number, metric, judged->changed - judged->base));
    if (judged->judgement == JUDGED_ESTIMATED) {
        fprintf(out, "[%s, %s]", signed_metric(number, metric, judged->interval.low),
                signed_metric(high, metric, judged->interval.high));
        if (judged->base > 0)
            put_share(out, judged);
    } else
        fprintf(out, judged->least_runs < REPORT_SITE_RUNS ? "exact, %s" : "exact",
                answer_runs_text(needs, judged));
    if (gate->site) {
        fputs(" at ", out);
        put_place(out, report, gate->site);
    }
    if (gate->why)
        fprintf(out, "; %s", gate->why);
    if (gate->why && gate->is_measured)
        fprintf(out, ": %s", answer_needs_text(needs, gate->needs));
    if (isfinite(gate->sees) && (!gate->why || gate->is_measured))
        fprintf(out, "; it sees %s in %.0f %% of cases", signed_metric(number, metric, gate->sees),
                100 * GATES_POWER);
    return finish(out, &text);
}

/* A word for a shell. */
static void put_quoted(FILE *out, const char *word)
{
    if (*word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789/._-+:@%,=")]) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++)
        fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, out);
    fputc('\'', out);
}

/* "memprof merge -o SUM FILE... && ", since pprof takes no more than one file as a base; nothing
 * where there is but one file. */
static void put_merge(FILE *out, const struct inputs *inputs, const char *sum)
{
    if (inputs->count == 1)
        return;
    fprintf(out, "memprof merge -o %s", sum);
    for (size_t i = 0; i < inputs->count; i++) {
        fputc(' ', out);
        put_quoted(out, inputs->items[i].path);
    }
    fputs(" && ", out);
}

char *words_pprof(const struct report *report)
{
    const struct inputs *base = &report->sides->inputs[0], *changed = &report->sides->inputs[1];
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    if (base->count == changed->count) { /* others have no such sum */
        put_merge(out, base, "base-sum.pb.gz");
        put_merge(out, changed, "new-sum.pb.gz");
        fprintf(out, "go tool pprof -sample_index=%s -diff_base=",
                sides_value_names[report->sides->type]);
        put_quoted(out, base->count == 1 ? base->items[0].path : "base-sum.pb.gz");
        fputc(' ', out);
        put_quoted(out, base->count == 1 ? changed->items[0].path : "new-sum.pb.gz");
    }
    return finish(out, &text);
}
