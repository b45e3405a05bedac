/* SPDX-License-Identifier: Apache-2.0
 *
 * SARIF 2.1.0.  A finding is a gate that fails, at its worst site, or a site that grew.  What a
 * finding is known by from run to run is made of canonical names alone: of its path of functions,
 * without lines, files and addresses.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/fnv.h"
#include "tools/cli.h"
#include "tools/diff/formats.h"
#include "tools/diff/places.h"
#include "tools/diff/words.h"
#include "tools/diff/worst.h"
#include "tools/json.h"

#define RESULTS_MAX 5000 /* what GitHub shows of one upload */
#define FRAMES_MAX  64   /* of a stack */

static const char rules[] =
    "[{\"id\": \"memprof/gate\", \"name\": \"GateFailed\", \"shortDescription\": {\"text\": "
    "\"Memory use is over the limit of a gate\"}, \"defaultConfiguration\": {\"level\": "
    "\"error\"}},\n   {\"id\": \"memprof/grew\", \"name\": \"AllocatesMore\", "
    "\"shortDescription\": {\"text\": \"A call site allocates more than before\"}, "
    "\"defaultConfiguration\": {\"level\": \"warning\"}},\n   {\"id\": \"memprof/new\", \"name\": "
    "\"NewCallSite\", \"shortDescription\": {\"text\": \"A call site allocates that did not "
    "before\"}, \"defaultConfiguration\": {\"level\": \"warning\"}}]";

/* --- what a finding is known by --- */

static uint64_t mix_path(uint64_t hash, const struct site_table *table, uint32_t path)
{
    for (; path; path = site_table_parent(table, path)) {
        const struct site_function *of = &table->functions.items[site_table_function(table, path)];
        hash = fnv_text(fnv_text(hash, site_table_text(table, of->name)),
                        site_table_text(table, of->module));
    }
    return hash;
}

/* --- places --- */

static void put_physical(FILE *out, const char *path, int32_t line)
{
    fputs("\"physicalLocation\": {\"artifactLocation\": {\"uri\": \"", out);
    place_put_encoded(out, path);
    fputs("\", \"uriBaseId\": \"%SRCROOT%\"}", out);
    if (line > 0)
        fprintf(out, ", \"region\": {\"startLine\": %" PRId32 "}", line);
    fputs("}, ", out);
}

static void put_location(FILE *out, const struct report *report, uint32_t function,
                         const char *path, int32_t line)
{
    const struct site_table *table = &report->sides->table;
    fputc('{', out);
    if (path)
        put_physical(out, path, line);
    fputs("\"logicalLocations\": [{\"kind\": \"function\", \"name\": ", out);
    json_put_text(out, words_function(report->sides, function));
    fputs(", \"fullyQualifiedName\": ", out);
    json_put_text(out, site_table_text(table, table->functions.items[function].name));
    fputs("}]}", out);
}

static void put_stack(FILE *out, const struct report *report, uint32_t path)
{
    const struct site_table *table = &report->sides->table;
    int32_t line = site_table_line(table, path);
    fputs(",\n    \"stacks\": [{\"message\": {\"text\": \"how the program gets there\"}, "
          "\"frames\": [",
          out);
    for (int i = 0; path && i < FRAMES_MAX; i++) {
        uint32_t function = site_table_function(table, path);
        const struct site_function *of = &table->functions.items[function];
        const char *file = site_table_text(table, of->file);
        fputs(i ? ", {\"location\": " : "{\"location\": ", out);
        put_location(out, report, function, repository_find(report->repository, of->file, file),
                     line);
        fputs(", \"module\": ", out);
        json_put_text(out, site_table_text(table, of->module));
        fputc('}', out);
        line = site_table_caller_line(table, path);
        path = site_table_parent(table, path);
    }
    fputs("]}]", out);
}

/* --- findings --- */

struct finding {
    const char *rule, *level, *message;
    uint64_t known_by;
    uint32_t row; /* of a site; 0: none */
    const struct judged *judged;
};

static void put_finding(FILE *out, const struct report *report, const struct finding *finding,
                        bool is_first)
{
    static const char *const names[] = {"base", "new", "change", "low", "high", "p"};
    const struct judged *judged = finding->judged;
    const double numbers[] = {
        judged->base,         judged->changed,       judged->changed - judged->base,
        judged->interval.low, judged->interval.high, judged->p};
    fprintf(out, "%s\n   {\"ruleId\": \"%s\", \"level\": \"%s\", \"message\": {\"text\": ",
            is_first ? "" : ",", finding->rule, finding->level);
    json_put_text(out, finding->message);
    fprintf(out, "},\n    \"partialFingerprints\": {\"memprofSite/v1\": \"%016" PRIx64 "\"}",
            finding->known_by);
    if (finding->row) {
        const struct sides *sides = report->sides;
        uint32_t site = sides->comparison.rows.items[finding->row].id;
        uint32_t path = sides->table.site_paths.items[site];
        struct place place;
        place_of_path(&place, report, path);
        fputs(",\n    \"locations\": [", out);
        put_location(out, report, place.function, place.path, place.line);
        fputc(']', out);
        put_stack(out, report, path);
    }
    fputs(",\n    \"properties\": {", out);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        fprintf(out, "%s\"%s\": ", i ? ", " : "", names[i]);
        json_put_number(out, numbers[i]);
    }
    fputs("}}", out);
}

static bool put_gates(FILE *out, const struct report *report, uint32_t *count)
{
    for (size_t i = 0; i < report->gate_count; i++) {
        const struct gate *gate = &report->gates[i];
        if (gate->verdict != GATE_FAILS)
            continue;
        char *words = words_gate(report, gate), *message;
        if (!words || asprintf(&message, "%s fails: %s", gate->text, words) < 0) {
            free(words);
            return false;
        }
        struct finding finding = {"memprof/gate",           "error",      message, FNV_BASIS,
                                  worst_site(report, gate), &gate->judged};
        for (size_t k = 0; k < gate->spec.key_length; k++)
            finding.known_by = fnv_text(finding.known_by, (char[]){gate->text[k], '\0'});
        put_finding(out, report, &finding, (*count)++ == 0);
        free(message);
        free(words);
    }
    return true;
}

static bool put_rows(FILE *out, const struct report *report, uint32_t *count)
{
    const struct sides *sides = report->sides;
    const struct report_rows *sites = &report->rows[COMPARE_SITE];
    for (uint32_t i = 0; i < sites->count && *count < RESULTS_MAX; i++) {
        const struct report_row *row = &sites->items[i];
        enum report_kind kind = report_kind_of(sides, row);
        if (kind != REPORT_NEW && kind != REPORT_GREW)
            continue;
        char *words = words_row(report, row);
        if (!words)
            return false;
        const char *rule = kind == REPORT_NEW ? "memprof/new" : "memprof/grew";
        uint32_t site = sides->comparison.rows.items[row->row].id;
        uint64_t hash = fnv_text(FNV_BASIS, sides_value_names[sides->type]);
        struct finding finding = {
            rule,     "warning",
            words,    mix_path(hash, &sides->table, sides->table.site_paths.items[site]),
            row->row, &row->judged};
        put_finding(out, report, &finding, (*count)++ == 0);
        free(words);
    }
    return true;
}

/* What could not be judged is about the run, not about the program. */
static bool put_notifications(FILE *out, const struct report *report)
{
    const char *separator = "";
    for (size_t i = 0; i < report->gate_count; i++) {
        const struct gate *gate = &report->gates[i];
        if (gate->verdict != GATE_CANNOT_JUDGE)
            continue;
        char *words = words_gate(report, gate), *message;
        if (!words || asprintf(&message, "%s cannot be judged: %s", gate->text, words) < 0) {
            free(words);
            return false;
        }
        fprintf(out, "%s{\"level\": \"%s\", \"message\": {\"text\": ", separator,
                report_gate_status(report, gate) == CLI_DONE ? "warning" : "error");
        json_put_text(out, message);
        fputs("}}", out);
        separator = ", ";
        free(message);
        free(words);
    }
    return true;
}

struct error *format_sarif(const struct report *report, FILE *out)
{
    uint32_t count = 0;
    int status = report_status(report);
    char *verdict = words_verdict(report);
    if (!verdict)
        return error_no_memory();
    fprintf(out,
            "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": "
            "\"2.1.0\",\n \"runs\": [{\n  \"tool\": {\"driver\": {\"name\": \"memprof\", "
            "\"version\": \"" MEMPROF_VERSION "\", \"rules\":\n  %s}},\n"
            "  \"columnKind\": \"utf16CodeUnits\",\n  \"automationDetails\": {\"id\": ",
            rules);
    char *id;
    if (asprintf(&id, "memprof-diff/%s/", report->sides->program[1]) >= 0) {
        json_put_text(out, id);
        free(id);
    } else {
        free(verdict);
        return error_no_memory();
    }
    fprintf(out,
            "},\n  \"invocations\": [{\"executionSuccessful\": %s, \"exitCode\": %d, "
            "\"toolExecutionNotifications\": [",
            status == CLI_CANNOT ? "false" : "true", status);
    bool has_memory = put_notifications(out, report);
    fputs("]}],\n  \"results\": [", out);
    has_memory = has_memory && put_gates(out, report, &count) && put_rows(out, report, &count);
    fputs("],\n  \"properties\": {\"verdict\": ", out);
    json_put_text(out, verdict);
    fputs("}\n }]\n}\n", out);
    free(verdict);
    return has_memory ? NULL : error_no_memory();
}
