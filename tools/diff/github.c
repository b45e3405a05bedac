/* SPDX-License-Identifier: Apache-2.0
 *
 * Workflow commands of GitHub: each gate that does not hold is an annotation of the source line
 * that it is about, and so is each site that grew.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/utf8.h"
#include "tools/cli.h"
#include "tools/diff/formats.h"
#include "tools/diff/options.h"
#include "tools/diff/places.h"
#include "tools/diff/words.h"
#include "tools/diff/worst.h"

/* What ends a command is escaped, and in a property what ends a property, too. */
static void put_escaped(FILE *out, const char *text, bool is_property)
{
    size_t left = strlen(text);
    for (size_t step; left > 0; text += step, left -= step) {
        step = utf8_length(text, left);
        if (step == 0) {
            fputs("\xef\xbf\xbd", out);
            step = 1;
        } else if (step == 1 && (strchr("%\r\n", *text) || (is_property && strchr(":,", *text)))) {
            fprintf(out, "%%%02X", (unsigned char)*text);
        } else {
            fwrite(text, 1, step, out);
        }
    }
}

/* `row` 0: of no place in the sources. */
static void put_command(FILE *out, const struct report *report, const char *command, uint32_t row,
                        const char *title, const char *message)
{
    struct place place = {.path = NULL};
    const char *separator = " ";
    if (row)
        place_of_row(&place, report, row);
    fprintf(out, "::%s", command);
    if (place.path) {
        fputs(" file=", out);
        put_escaped(out, place.path, true);
        if (place.line)
            fprintf(out, ",line=%" PRId32, place.line);
        separator = ",";
    }
    fprintf(out, "%stitle=", separator);
    put_escaped(out, title, true);
    fputs("::", out);
    put_escaped(out, message, false);
    fputc('\n', out);
}

/* NULL: nothing is said of it. */
static const char *command_of(const struct report *report, const struct gate *gate)
{
    if (report_gate_status(report, gate) != CLI_DONE)
        return "error";
    return gate->verdict == GATE_CANNOT_JUDGE ? "warning" : NULL;
}

static bool put_gate(FILE *out, const struct report *report, const struct gate *gate)
{
    const char *command = command_of(report, gate);
    if (!command)
        return true;
    char *words = words_gate(report, gate), *title, *message;
    uint32_t row = gate->verdict == GATE_FAILS ? worst_site(report, gate) : 0;
    const char *at = row && !gate->site ? words_row_name(report->sides, row) : "";
    if (!words)
        return false;
    if (asprintf(&title, "memprof: %s %s", gate->text, words_gates[gate->verdict]) < 0)
        title = NULL;
    if (asprintf(&message, "%s%s%s", words, *at ? ", most of it at " : "", at) < 0)
        message = NULL;
    bool has_memory = title && message;
    if (has_memory)
        put_command(out, report, command, row, title, message);
    free(message);
    free(title);
    free(words);
    return has_memory;
}

static bool put_row(FILE *out, const struct report *report, const struct report_row *row)
{
    enum report_kind kind = report_kind_of(report->sides, row);
    if (kind != REPORT_NEW && kind != REPORT_GREW)
        return true;
    char *words = words_row(report, row);
    if (words)
        put_command(out, report, "warning", row->row, "memprof: more allocated here", words);
    free(words);
    return words != NULL;
}

struct error *format_github(const struct report *report, FILE *out)
{
    static const char *const commands[] = {"notice", "error", "error"};
    char *verdict = words_verdict(report);
    bool has_memory = verdict != NULL;
    if (verdict) {
        size_t length = strlen(verdict);
        if (length)
            verdict[length - 1] = '\0'; /* the last line's end */
        put_command(out, report, commands[report_status(report)], 0, "memprof diff", verdict);
    }
    free(verdict);
    for (size_t i = 0; i < report->gate_count && has_memory; i++)
        has_memory = put_gate(out, report, &report->gates[i]);
    const struct report_rows *sites = &report->rows[COMPARE_SITE];
    for (uint32_t i = 0; i < sites->count && i < report->sides->options->limit && has_memory; i++)
        has_memory = put_row(out, report, &sites->items[i]);
    return has_memory ? NULL : error_no_memory();
}
