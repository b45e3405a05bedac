/* SPDX-License-Identifier: Apache-2.0
 *
 * A comment of a pull request.  Hosts refuse long ones, so it is put together from pieces as long
 * as there is room.  Names stand in code spans, in which nothing but backticks has a meaning.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/path.h"
#include "collector/base/utf8.h"
#include "tools/diff/formats.h"
#include "tools/diff/options.h"
#include "tools/diff/places.h"
#include "tools/diff/words.h"

#define LENGTH_MAX  60000 /* bytes: at least as many as characters */
#define RESERVED    200   /* of them: for what closes what is open */
#define FIRST_SITES 10    /* that are not folded */
#define CALLERS     4     /* of a site that are shown */

struct markdown {
    const struct report *report;
    FILE *out;
    size_t length; /* of what was written */
    FILE *piece;   /* what is being put together */
    char *piece_text;
    size_t piece_length;
    bool has_memory, is_full;
};

/* --- pieces --- */

static FILE *begin(struct markdown *at)
{
    at->piece = open_memstream(&at->piece_text, &at->piece_length);
    at->has_memory &= at->piece != NULL;
    return at->piece;
}

/* Writes the piece where there is room for it; false: there is none, now or for what follows. */
static bool end(struct markdown *at)
{
    at->has_memory &= !ferror(at->piece);
    at->has_memory &= fclose(at->piece) == 0;
    at->is_full |= at->length + at->piece_length > LENGTH_MAX - RESERVED;
    if (at->has_memory && !at->is_full) {
        fwrite(at->piece_text, 1, at->piece_length, at->out);
        at->length += at->piece_length;
    }
    free(at->piece_text);
    return at->has_memory && !at->is_full;
}

static void put(struct markdown *at, const char *text)
{
    if (begin(at)) {
        fputs(text, at->piece);
        end(at);
    }
}

/* --- text --- */

static size_t longest_run(const char *text, size_t length, char c)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < length; i++) {
        run = text[i] == c ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void put_bytes(FILE *out, const char *text, size_t length)
{
    for (size_t step; length > 0; text += step, length -= step) {
        step = utf8_length(text, length);
        if (step == 0 || *text == '\n' || *text == '\r')
            fputc('?', out);
        else
            fwrite(text, 1, step, out);
        step = step ? step : 1;
    }
}

/* `more` stands behind the name: ":12". */
static void put_code(FILE *out, const char *name, const char *more)
{
    size_t length = words_cut(name, WORDS_NAME), fence = longest_run(name, length, '`') + 1;
    for (size_t i = 0; i < fence; i++)
        fputc('`', out);
    fputs(fence > 1 ? " " : "", out);
    put_bytes(out, name, length);
    fputs(name[length] ? "…" : "", out);
    fputs(more, out);
    fputs(fence > 1 ? " " : "", out);
    for (size_t i = 0; i < fence; i++)
        fputc('`', out);
}

/* A sentence: its punctuation is escaped, and nobody is called by an @ nor an issue by a #. */
static void put_plain(FILE *out, const char *text, size_t length)
{
    for (size_t i = 0, step; i < length; i += step) {
        step = utf8_length(text + i, length - i);
        if (step == 1 && strchr("\\`*_{}[]<>#|~&@$!", text[i]))
            fputc('\\', out);
        put_bytes(out, text + i, step ? step : 1);
        if (step == 1 && (text[i] == '@' || text[i] == '#'))
            fputs("<!-- -->", out);
        step = step ? step : 1;
    }
}

/* --- parts --- */

static void put_verdict(struct markdown *at)
{
    char *text = words_verdict(at->report);
    at->has_memory &= text != NULL;
    const char *before = "### ";
    for (char *line = text; line && *line;) {
        size_t length = strcspn(line, "\n");
        if (!begin(at))
            break;
        fputs(before, at->piece);
        put_plain(at->piece, line, length);
        fputs("\n\n", at->piece);
        end(at);
        before = "";
        line += length + (line[length] == '\n');
    }
    free(text);
}

static void put_gates(struct markdown *at)
{
    static const char *const verdicts[] = {"holds", "**FAILS**", "**cannot be judged**"};
    /* Prints the gates, those that do not hold first. */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < at->report->gate_count; i++) {
            const struct gate *gate = &at->report->gates[i];
            if ((gate->verdict == GATE_HOLDS) != (pass == 1))
                continue;
            char *words = words_gate(at->report, gate);
            at->has_memory &= words != NULL;
            if (!words || !begin(at)) {
                free(words);
                return;
            }
            fputs("- ", at->piece);
            put_code(at->piece, gate->text, "");
            fprintf(at->piece, " %s: ", verdicts[gate->verdict]);
            put_plain(at->piece, words, strlen(words));
            fputc('\n', at->piece);
            free(words);
            if (!end(at))
                return;
        }
    if (at->report->gate_count)
        put(at, "\n");
}

static void put_place(FILE *out, const struct report *report, uint32_t row)
{
    struct place place;
    char line[16] = "";
    place_of_row(&place, report, row);
    char *link = place_link(&place, report);
    if (place.line)
        snprintf(line, sizeof line, ":%" PRId32, place.line);
    fputs(link ? "[" : "", out);
    put_code(out, words_row_name(report->sides, row), "");
    if (link)
        fprintf(out, "](%s)", link);
    if (*place.file) {
        fputc(' ', out);
        put_code(out, place.path ? place.path : path_base(place.file), line);
    }
    free(link);
}

static void put_callers(FILE *out, const struct report *report, uint32_t row)
{
    const struct site_table *table = &report->sides->table;
    uint32_t site = report->sides->comparison.rows.items[row].id;
    uint32_t path = site_table_parent(table, table->site_paths.items[site]);
    for (int i = 0; path && i < CALLERS; i++, path = site_table_parent(table, path)) {
        fputs(i ? ", " : "  called by ", out);
        put_code(out, words_function(report->sides, site_table_function(table, path)), "");
    }
    fputs(path ? ", …\n" : "\n", out);
}

/* False: there is no room. */
static bool put_row(struct markdown *at, const struct report_row *row)
{
    const struct sides *sides = at->report->sides;
    const struct compare_row *of = &sides->comparison.rows.items[row->row];
    char change[WORDS_NUMBER], share[MEASURE_TEXT], sure[WORDS_TEXT];
    enum report_kind kind = report_kind_of(sides, row);
    FILE *out = begin(at);
    if (!out)
        return false;
    fprintf(out, "- **%s** (%s",
            words_signed(change, sides->type, row->judged.changed - row->judged.base),
            report_kind_names[kind]);
    if (kind == REPORT_GREW || kind == REPORT_SHRANK)
        fprintf(out, " %s", words_percentage(share, &row->judged));
    fprintf(out, ", %s) ", words_sureness(sure, sides->type, &row->judged));
    put_place(out, at->report, row->row);
    if (of->kind == COMPARE_SITE) {
        fputs("\\\n", out);
        put_callers(out, at->report, row->row);
        if (of->level != COMPARE_WHOLE_PATH) {
            fprintf(out, "  %" PRIu32 " sites matched by the %s", of->sites,
                    report_level_names[of->level]);
            if (of->folded) {
                fputs(": ", out);
                put_code(out, words_function(sides, of->folded_function), "");
            }
            if (of->folded > 1)
                fprintf(out, " and %" PRIu32 " more", of->folded - 1);
            fputc('\n', out);
        }
        if (of->renamed) {
            fputs("  perhaps the same, renamed: ", out);
            put_code(out, words_row_name(sides, of->renamed), "");
            fputc('\n', out);
        }
    } else {
        fputc('\n', out);
    }
    return end(at);
}

static void put_rows(struct markdown *at, enum compare_kind kind, uint32_t first, uint32_t last)
{
    static const char *const titles[COMPARE_KINDS] = {"", "Modules", "Functions that allocate",
                                                      "Call sites"};
    const struct report_rows *rows = &at->report->rows[kind];
    last = last < rows->count ? last : rows->count;
    if (first >= last || !begin(at))
        return;
    fprintf(at->piece, "**%s%s, by %s:**\n\n", first ? "More " : "", titles[kind],
            sides_value_names[at->report->sides->type]);
    bool has_room = end(at);
    for (uint32_t i = first; i < last && has_room; i++)
        has_room = put_row(at, &rows->items[i]);
    put(at, "\n");
}

static void put_totals(struct markdown *at)
{
    if (!begin(at))
        return;
    fputs("| | base | new | change | | how sure |\n|---|--:|--:|--:|--:|---|\n", at->piece);
    for (int i = 0; i < PROFILE_VALUES; i++) {
        const struct judged *judged = &at->report->totals[i];
        enum profile_value type = (enum profile_value)i;
        char base[MEASURE_TEXT], changed[MEASURE_TEXT], change[WORDS_NUMBER], share[MEASURE_TEXT],
            sure[WORDS_TEXT];
        fprintf(at->piece, "| %s | %s | %s | %s | %s | %s |\n", sides_value_names[i],
                words_value(base, type, judged->base), words_value(changed, type, judged->changed),
                words_signed(change, type, judged->changed - judged->base),
                words_percentage(share, judged), words_sureness(sure, type, judged));
    }
    fputc('\n', at->piece);
    end(at);
}

static void put_sides(struct markdown *at)
{
    static const char *const names[] = {"Base", "New"};
    if (!begin(at))
        return;
    for (int side = 0; side < 2; side++) {
        const struct inputs *inputs = &at->report->sides->inputs[side];
        fprintf(at->piece, "%s: %zu run%s of ", names[side], inputs->count,
                inputs->count == 1 ? "" : "s");
        put_code(at->piece,
                 *at->report->sides->program[side] ? at->report->sides->program[side] : "a program",
                 "");
        fputs(side ? ".\n\n" : ". ", at->piece);
    }
    end(at);
}

struct error *format_markdown(const struct report *report, FILE *out)
{
    struct markdown at = {.report = report, .out = out, .has_memory = true};
    put_verdict(&at);
    put_gates(&at);
    put_rows(&at, COMPARE_SITE, 0, FIRST_SITES);
    fputs("<details><summary>Totals, functions, modules, and how this was compared</summary>\n\n",
          out);
    at.length += 90;
    put_totals(&at);
    put_sides(&at);
    put_rows(&at, COMPARE_FUNCTION, 0, (uint32_t)report->sides->options->limit);
    put_rows(&at, COMPARE_MODULE, 0, (uint32_t)report->sides->options->limit);
    put_rows(&at, COMPARE_SITE, FIRST_SITES, UINT32_MAX);
    if (at.is_full)
        fputs("\nThere is more; it has no room here.\n", out);
    fputs("\n</details>\n", out);
    return at.has_memory ? NULL : error_no_memory();
}
