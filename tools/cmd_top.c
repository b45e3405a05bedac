/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof top: the table of `go tool pprof -top`, without Go.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/profile.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/measure.h"
#include "tools/quantity.h"
#include "tools/table.h"

#define COMMAND "top"

static const char help_text[] =
    "Usage: memprof top [OPTION]... FILE...\n"
    "Prints a table of the functions in a pprof profile; several files are summed.\n"
    "FILE - is standard input.  The numbers are those of 'go tool pprof -top'.\n"
    "\n"
    "  -n, --count=N       the N largest functions (all that hold 0.5 % or more)\n"
    "  -s, --sample=TYPE   what to count: inuse_space, inuse_objects, alloc_space or\n"
    "                      alloc_objects (the profile's default: inuse_space)\n"
    "      --no-header     only the rows\n"
    "  -h, --help          show this help\n"
    "  -V, --version       show the version\n"
    "\n"
    "flat: what the function itself allocated; cum: with all that it called.\n"
    "\n"
    "Examples:\n"
    "  memprof top memprof.app.1234.pb.gz\n"
    "  memprof top -n 10 -s alloc_objects memprof.app.1234.pb.gz\n"
    "  memprof top memprof.worker.*.pb.gz      all workers together\n"
    "\n"
    "Exit status: 0 done, 2 could not.\n";

struct top {
    const char *type; /* NULL: the profile's default */
    uint64_t limit;
    bool has_header;
    struct profile **profiles;
    size_t count;
};

/* -1: go on; else the exit status. */
static int parse_options(struct top *top, int argc, char **argv)
{
    static const struct option options[] = {
        {"count", required_argument, NULL, 'n'}, {"sample", required_argument, NULL, 's'},
        {"no-header", no_argument, NULL, 'H'},   {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},     {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, ":n:s:hV", options, NULL)) != -1) {
        switch (option) {
        case 'n':
            if (quantity_parse_number(optarg, &top->limit) && top->limit > 0)
                break;
            cli_complain(COMMAND, "--count: '%s' is not a number of rows; try 10", optarg);
            return CLI_CANNOT;
        case 's':
            top->type = optarg;
            break;
        case 'H':
            top->has_header = false;
            break;
        case 'h':
            return cli_help(COMMAND, help_text);
        case 'V':
            return cli_version(COMMAND);
        default:
            return cli_bad_option(COMMAND, argv, option);
        }
    }
    if (optind < argc)
        return -1;
    return cli_misuse(COMMAND, "no profile file given");
}

static struct error *read_profiles(struct top *top, char **files, size_t count)
{
    top->profiles = calloc(count, sizeof *top->profiles);
    if (!top->profiles)
        return error_no_memory();
    for (; top->count < count; top->count++) {
        const char *file = files[top->count];
        struct error *error = profile_read(file, &top->profiles[top->count]);
        if (error)
            return error;
        const struct profile *profile = top->profiles[top->count];
        if (!top->type || profile_find_type(profile, top->type) >= 0)
            continue;
        const uint32_t types = profile->types.count;
        error = error_create("%s: no values named '%s'; try %s", file, top->type,
                             types ? profile_string(profile, profile->types.items[types - 1].type)
                                   : "another profile");
        top->count++;
        return error;
    }
    return NULL;
}

static void print_mapping(const struct profile *profile)
{
    if (profile->mappings.count < 2)
        return;
    const struct profile_mapping *mapping = &profile->mappings.items[1];
    const char *file = profile_string(profile, mapping->file);
    const char *slash = strrchr(file, '/');
    if (*file)
        printf("File: %s\n", slash ? slash + 1 : file);
    if (*profile_string(profile, mapping->build_id))
        printf("Build ID: %s\n", profile_string(profile, mapping->build_id));
}

static bool has_comment(const struct profile *profile, const char *comment)
{
    for (uint32_t i = 0; i < profile->comments.count; i++)
        if (strcmp(profile_string(profile, profile->comments.items[i]), comment) == 0)
            return true;
    return false;
}

/* Comments are how a profile says what is not in it; each once. */
static void print_comments(const struct top *top)
{
    for (size_t i = 0; i < top->count; i++) {
        const struct profile *profile = top->profiles[i];
        for (uint32_t j = 0; j < profile->comments.count; j++) {
            const char *comment = profile_string(profile, profile->comments.items[j]);
            bool is_known = comment[0] == '#';
            for (size_t k = 0; k < i && !is_known; k++)
                is_known = has_comment(top->profiles[k], comment);
            if (!is_known)
                printf("%s\n", comment);
        }
    }
}

static void print_time(const struct top *top)
{
    int64_t earliest = 0;
    for (size_t i = 0; i < top->count; i++) {
        int64_t time_ns = top->profiles[i]->time_ns;
        if (time_ns && (!earliest || time_ns < earliest))
            earliest = time_ns;
    }
    time_t seconds = (time_t)(earliest / 1000000000);
    struct tm local;
    char text[64];
    if (earliest && localtime_r(&seconds, &local) &&
        strftime(text, sizeof text, "%b %-d, %Y at %-I:%M%P (%Z)", &local))
        printf("Time: %s\n", text);
}

static void print_header(const struct top *top, const struct profile_type *type,
                         const struct table *table, const struct measure *measure)
{
    char flat[MEASURE_TEXT], total[MEASURE_TEXT], percentage[MEASURE_TEXT];
    int64_t sum = 0;
    for (size_t i = 0; i < table->count; i++)
        sum += table->rows[i].flat;
    printf("Type: %s\n", profile_string(top->profiles[0], type->type));
    print_mapping(top->profiles[0]);
    print_comments(top);
    print_time(top);
    measure_percentage(percentage, sum, table->total);
    printf("Showing nodes accounting for %s, %s of %s total\n", measure_value(flat, measure, sum),
           percentage + strspn(percentage, " "), measure_value(total, measure, table->total));
    if (table->total && table->dropped)
        printf("Dropped %zu node%s (cum <= %s)\n", table->dropped, table->dropped > 1 ? "s" : "",
               measure_value(flat, measure, table->cutoff));
    if (table->total && table->count && table->count < table->kept)
        printf("Showing top %zu nodes out of %zu\n", table->count, table->kept);
    printf("%10s %5s%% %5s%% %10s %5s%%\n", "flat", "flat", "sum", "cum", "cum");
}

static void print_rows(const struct table *table, const struct measure *measure)
{
    int64_t sum = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct profile_row *row = &table->rows[i];
        char flat[MEASURE_TEXT], flat_percentage[MEASURE_TEXT], sum_percentage[MEASURE_TEXT];
        char cumulative[MEASURE_TEXT], cumulative_percentage[MEASURE_TEXT];
        sum += row->flat;
        printf("%10s %s %s %10s %s  %s%s\n", measure_value(flat, measure, row->flat),
               measure_percentage(flat_percentage, row->flat, table->total),
               measure_percentage(sum_percentage, sum, table->total),
               measure_value(cumulative, measure, row->cumulative),
               measure_percentage(cumulative_percentage, row->cumulative, table->total), row->name,
               row->is_inlined ? " (inline)" : "");
    }
}

/* The smallest value in the table decides the unit: flat, or cumulative where that is 0. */
static struct measure choose_measure(const struct table *table, const char *unit)
{
    int64_t smallest = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct profile_row *row = &table->rows[i];
        int64_t value = llabs(row->flat ? row->flat : row->cumulative);
        if (value && (!smallest || value < smallest))
            smallest = value;
    }
    return measure_choose(unit, smallest, table->total);
}

static struct error *print_table(const struct top *top)
{
    const struct profile *first = top->profiles[0];
    struct table table;
    struct error *error =
        table_create(&table, top->profiles, top->count, top->type, (size_t)top->limit);
    if (error)
        return error;
    int index = top->type ? profile_find_type(first, top->type) : profile_default_type(first);
    const struct profile_type *type = &first->types.items[index];
    struct measure measure = choose_measure(&table, profile_string(first, type->unit));
    if (top->has_header)
        print_header(top, type, &table, &measure);
    print_rows(&table, &measure);
    table_destroy(&table);
    return NULL;
}

int cmd_top(int argc, char **argv)
{
    struct top top = {.has_header = true};
    int status = parse_options(&top, argc, argv);
    if (status >= 0)
        return status;
    struct error *error = read_profiles(&top, argv + optind, (size_t)(argc - optind));
    if (!error)
        error = print_table(&top);
    for (size_t i = 0; i < top.count; i++)
        profile_destroy(top.profiles[i]);
    free(top.profiles);
    return error ? cli_fail(COMMAND, error) : cli_finish(COMMAND, CLI_DONE);
}
