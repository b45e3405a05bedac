/* SPDX-License-Identifier: Apache-2.0
 *
 * The gates as test cases.  One that cannot be judged is an error, a failure or passed, as
 * --unsure has it; the report for a person is the suite's output.
 */
#include <stdlib.h>
#include <time.h>

#include "tools/cli.h"
#include "tools/diff/formats.h"
#include "tools/diff/words.h"
#include "tools/xml.h"

enum result { PASSED, FAILED, ERROR };

static enum result result_of(const struct report *report, const struct gate *gate)
{
    int status = report_gate_status(report, gate);
    return status == CLI_DONE ? PASSED : status == CLI_NO ? FAILED : ERROR;
}

static bool put_case(FILE *out, const struct report *report, const struct gate *gate)
{
    static const char *const elements[] = {"system-out", "failure", "error"};
    enum result result = result_of(report, gate);
    char *words = words_gate(report, gate);
    if (!words)
        return false;
    fputs("  <testcase classname=\"memprof.diff.", out);
    xml_put_attribute(out, report->sides->program[1]);
    fputs("\" name=\"", out);
    xml_put_attribute(out, gate->text);
    fputs("\" time=\"0\">\n    <", out);
    fputs(elements[result], out);
    if (result != PASSED) {
        fprintf(out, " type=\"%s\" message=\"", words_gates[gate->verdict]);
        xml_put_attribute(out, words);
        fputc('"', out);
    }
    fputc('>', out);
    xml_put_text(out, words);
    fprintf(out, "</%s>\n  </testcase>\n", elements[result]);
    free(words);
    return true;
}

/* When the last run of the new side was made. */
static void put_time(FILE *out, const struct report *report)
{
    const struct site_table *table = &report->sides->table;
    int64_t last = 0;
    for (uint32_t i = report->sides->comparison.base_runs; i < table->runs.count; i++)
        last = table->runs.items[i].time_ns > last ? table->runs.items[i].time_ns : last;
    time_t seconds = (time_t)(last / 1000000000);
    struct tm parts;
    char text[32];
    if (gmtime_r(&seconds, &parts) &&
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts) == 19)
        fprintf(out, " timestamp=\"%s\"", text);
}

/* The report for a person. */
static bool put_text(FILE *out, const struct report *report)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    struct error *error = stream ? format_text(report, stream) : error_no_memory();
    bool is_whole = error == NULL && !ferror(stream);
    error_destroy(error);
    if (stream && fclose(stream) != 0)
        is_whole = false;
    if (is_whole) {
        fputs("  <system-out>", out);
        xml_put_text(out, text);
        fputs("</system-out>\n", out);
    }
    free(text);
    return is_whole;
}

struct error *format_junit(const struct report *report, FILE *out)
{
    size_t of[3] = {0, 0, 0};
    for (size_t i = 0; i < report->gate_count; i++)
        of[result_of(report, &report->gates[i])]++;
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"0\">\n"
            " <testsuite name=\"memprof diff\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
            "skipped=\"0\" time=\"0\"",
            report->gate_count, of[FAILED], of[ERROR], report->gate_count, of[FAILED], of[ERROR]);
    put_time(out, report);
    fputs(">\n", out);
    for (size_t i = 0; i < report->gate_count; i++)
        if (!put_case(out, report, &report->gates[i]))
            return error_no_memory();
    if (!put_text(out, report))
        return error_no_memory();
    fputs(" </testsuite>\n</testsuites>\n", out);
    return NULL;
}
