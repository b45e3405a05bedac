/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of one function in one file are one routine: from its first line to a few
 * lines below its last call.
 */
#include "tools/top/listing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/profile/graph.h"
#include "tools/cli.h"
#include "tools/top/source.h"

#define MARGIN 5 /* lines before and after the lines with values */

struct printing {
    const struct reading *reading;
    const struct top_options *options;
    const struct profile_graph *graph;
    const char *unit;
};

/* Rows of one function in one file, by line. */
struct routine {
    const struct profile_row **rows;
    size_t count;
};

static int compare_rows(const void *left, const void *right)
{
    const struct profile_row *a = *(const struct profile_row *const *)left;
    const struct profile_row *b = *(const struct profile_row *const *)right;
    int order = strcmp(a->function, b->function);
    if (order == 0)
        order = strcmp(a->file, b->file);
    if (order == 0)
        order = (a->line > b->line) - (a->line < b->line);
    return order ? order : (a->address > b->address) - (a->address < b->address);
}

static const char *value_or_dot(const struct printing *at, char text[static MEASURE_TEXT],
                                int64_t value)
{
    return value ? measure_alone(text, at->unit, value) : ".";
}

static void print_head(const struct printing *at, const struct routine *routine)
{
    char flat_text[MEASURE_TEXT], cumulative_text[MEASURE_TEXT], percentage[MEASURE_TEXT];
    int64_t flat = 0, cumulative = 0;
    for (size_t i = 0; i < routine->count; i++) {
        flat += routine->rows[i]->flat;
        cumulative += routine->rows[i]->cumulative;
    }
    fputs("ROUTINE ======================== ", stdout);
    cli_put(routine->rows[0]->function, 0);
    fputs(" in ", stdout);
    cli_put(routine->rows[0]->file, 0);
    printf("\n%10s %10s (flat, cum) %s of Total\n", measure_alone(flat_text, at->unit, flat),
           measure_alone(cumulative_text, at->unit, cumulative),
           measure_percentage(percentage, cumulative, at->reading->total));
}

/* The lines to print: from the function's own line, where it is known. */
static void find_range(const struct routine *routine, int64_t *first, int64_t *last)
{
    *first = INT64_MAX;
    *last = 0;
    for (size_t i = 0; i < routine->count; i++) {
        const struct profile_row *row = routine->rows[i];
        int64_t start = row->start_line ? row->start_line : row->line - MARGIN;
        if (start < *first)
            *first = start;
        if (row->line + MARGIN > *last)
            *last = row->line + MARGIN;
    }
    if (*first < 1)
        *first = 1;
}

static void sum_line(const struct routine *routine, int64_t line, int64_t *flat,
                     int64_t *cumulative)
{
    *flat = *cumulative = 0;
    for (size_t i = 0; i < routine->count; i++)
        if (routine->rows[i]->line == line) {
            *flat += routine->rows[i]->flat;
            *cumulative += routine->rows[i]->cumulative;
        }
}

static void print_line(const struct printing *at, const struct routine *routine, int64_t line,
                       const char *text)
{
    char flat_text[MEASURE_TEXT], cumulative_text[MEASURE_TEXT];
    int64_t flat, cumulative;
    sum_line(routine, line, &flat, &cumulative);
    printf("%10s %10s %6" PRId64 ":", value_or_dot(at, flat_text, flat),
           value_or_dot(at, cumulative_text, cumulative), line);
    cli_put_line(text);
}

/* Without the source: the lines that have values. */
static void print_bare(const struct printing *at, const struct routine *routine)
{
    for (size_t i = 0; i < routine->count; i++)
        if (i == 0 || routine->rows[i]->line != routine->rows[i - 1]->line)
            print_line(at, routine, routine->rows[i]->line, "");
}

/* Without debug information: the addresses that have values. */
static void print_addresses(const struct printing *at, const struct routine *routine)
{
    char flat[MEASURE_TEXT], cumulative[MEASURE_TEXT];
    fputs("No source information for ", stdout);
    cli_put(routine->rows[0]->function, 0);
    puts(": its module was built or stripped without debug information");
    for (size_t i = 0; i < routine->count; i++) {
        const struct profile_row *row = routine->rows[i];
        if (row->address != 0)
            printf("%10s %10s %#" PRIx64 "\n", value_or_dot(at, flat, row->flat),
                   value_or_dot(at, cumulative, row->cumulative), row->address);
    }
}

static void print_routine(const struct printing *at, const struct routine *routine)
{
    const char *file = routine->rows[0]->file;
    if (!*file) {
        print_addresses(at, routine);
        return;
    }
    struct source source;
    struct error *error = source_read(&source, file, at->options->source_path);
    int64_t first, last;
    find_range(routine, &first, &last);
    print_head(at, routine);
    if (error) {
        fputs("    source: ", stdout);
        cli_put_line(error_message(error));
        error_destroy(error);
        print_bare(at, routine);
    } else if (routine->rows[routine->count - 1]->line > (int64_t)source.count) {
        printf("    source: it has %zu lines only: another version of the file\n", source.count);
        print_bare(at, routine);
    } else {
        for (int64_t line = first; line <= last && line <= (int64_t)source.count; line++)
            print_line(at, routine, line, source.lines[line - 1]);
    }
    source_deinit(&source);
}

static bool is_same_routine(const struct profile_row *a, const struct profile_row *b)
{
    return strcmp(a->function, b->function) == 0 && strcmp(a->file, b->file) == 0;
}

/* Rows of functions that match. */
static size_t select_rows(const struct printing *at, const struct profile_row **rows)
{
    size_t count = 0;
    for (uint32_t i = 0; i < at->graph->shown_count; i++) {
        const struct profile_row *row = &at->graph->rows[at->graph->shown[i]];
        if (pattern_matches(at->options->patterns[TOP_SUBJECT].compiled, row->function) &&
            *row->function)
            rows[count++] = row;
    }
    if (count)
        qsort(rows, count, sizeof *rows, compare_rows);
    return count;
}

struct error *listing_print(const struct reading *reading, const struct top_options *options,
                            uint32_t *count)
{
    const struct profile_graph_options graph_options = {.granularity = PROFILE_BY_LISTING};
    struct profile_graph graph;
    struct error *error =
        profile_graph_create(reading->profile, reading->type, &graph_options, &graph);
    if (error)
        return error;
    struct printing at = {reading, options, &graph, reading_unit(reading)};
    const struct profile_row **rows = malloc((graph.shown_count + 1) * sizeof *rows);
    size_t row_count = rows ? select_rows(&at, rows) : 0;
    char total[MEASURE_TEXT];
    *count = 0;
    if (options->has_header && row_count)
        printf("Total: %s\n", measure_alone(total, at.unit, reading->total));
    for (size_t i = 0; i < row_count;) {
        struct routine routine = {rows + i, 1};
        while (i + routine.count < row_count && is_same_routine(rows[i], rows[i + routine.count]))
            routine.count++;
        i += routine.count;
        ++*count;
        bool has_more = i < row_count && strcmp(rows[i]->function, routine.rows[0]->function) == 0;
        if (*routine.rows[0]->file || !has_more)
            print_routine(&at, &routine);
    }
    error = rows ? NULL : error_no_memory();
    free(rows);
    profile_graph_destroy(&graph);
    return error;
}
