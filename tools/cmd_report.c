/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof report: a profile as one HTML file that a colleague opens.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/cli.h"
#include "tools/command.h"
#include "tools/inputs.h"
#include "tools/open.h"
#include "tools/options.h"
#include "tools/report/report.h"

#define COMMAND "report"

static const char help_text[] =
    "Usage: memprof report [OPTION]... FILE|DIRECTORY|PID|NAME...\n"
    "Writes a report that is one HTML file: it opens in a browser without a network, from a\n"
    "mail, too.  FILE is a profile in pprof's format, or a state that a process left; several\n"
    "are added up.  Beside the profile of a run those of its peak, its snapshots and its\n"
    "lifetimes are found.\n"
    "\n"
    "  -o, --output=FILE     the report (NAME.html for the profile NAME.pb.gz; - is standard\n"
    "                        output)\n"
    "      --base=FILE       a profile to compare with: what is more, what is gone\n"
    "      --sources=DIRS    where source files are, separated by colons (where the profile\n"
    "                        says, and in the current directory)\n"
    "      --source-map=FROM=TO\n"
    "                        names of source files that begin with FROM begin with TO\n"
    "      --no-sources      no lines of source files: they leave the house with the report\n"
    "      --max-nodes=N     of more nodes of the call tree the smallest are folded (1000000)\n"
    "      --licenses        print the licences of what a report consists of\n"
    "  -h, --help            show this help\n"
    "  -V, --version         show the version\n"
    "\n"
    "Examples:\n"
    "  memprof report app.pb.gz\n"
    "  memprof report -o now.html $(pidof server)\n"
    "  memprof report --base=before.pb.gz after.pb.gz\n"
    "\n"
    "Exit status: 0 done, 2 could not, and then nothing was written.\n";

static const char licenses_text[] =
    "The script and the style of a report are memprof's own and contain no other parts:\n"
    "Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0\n";

struct command {
    struct report_options report;
    const char *base;
    bool wants_licenses;
};

static struct error *add_map(struct sources_options *sources, const char *value)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value)
        return error_create("--source-map: '%s' is no FROM=TO; try /build/app=/home/me/app", value);
    struct source_map *maps =
        realloc(sources->maps, (sources->map_count + 1) * sizeof *sources->maps);
    if (!maps)
        return error_no_memory();
    sources->maps = maps;
    maps[sources->map_count++] = (struct source_map){value, (size_t)(equals - value), equals + 1};
    return NULL;
}

static struct error *take(void *context, int option, const char *value)
{
    struct command *command = context;
    struct report_options *report = &command->report;
    switch (option) {
    case 'o':
        if (!*value)
            return error_create("--output: the name is empty; try report.html");
        report->output = value;
        break;
    case 'b':
        command->base = value;
        break;
    case 's':
        report->sources.directories = value;
        break;
    case 'm':
        return add_map(&report->sources, value);
    case 'n':
        report->sources.is_off = true;
        break;
    case 'N':
        return options_number("max-nodes", value, 1, 100000000, "1000000", &report->most_nodes);
    case 'l':
        command->wants_licenses = true;
        break;
    }
    return NULL;
}

static int make(struct command *command, char **names, size_t count)
{
    struct inputs inputs = {
        .command = COMMAND, .advice = "try a report of each", .has_processes = true};
    struct inputs base = inputs;
    struct error *error = inputs_init(&inputs, names, count);
    if (!error && !inputs.status && command->base)
        error = inputs_init(&base, (char *const *)&command->base, 1);
    int status = inputs.status ? inputs.status : base.status;
    if (!error && !status)
        error = report_make(&command->report, &inputs, command->base ? &base : NULL);
    if (error)
        status = cli_fail(COMMAND, error);
    inputs_deinit(&inputs);
    inputs_deinit(&base);
    return status;
}

int cmd_report(int argc, char **argv)
{
    static const struct option list[] = {
        {"output", required_argument, NULL, 'o'},  {"base", required_argument, NULL, 'b'},
        {"sources", required_argument, NULL, 's'}, {"source-map", required_argument, NULL, 'm'},
        {"no-sources", no_argument, NULL, 'n'},    {"max-nodes", required_argument, NULL, 'N'},
        {"licenses", no_argument, NULL, 'l'},      {NULL, 0, NULL, 0}};
    struct command command = {.report = {.most_nodes = 1000000, .argc = argc, .argv = argv}};
    const struct options options = {COMMAND, help_text, "o:", list, take, &command};
    int status = options_parse(&options, argc, argv);
    if (status < 0 && command.wants_licenses)
        status = cli_help(COMMAND, licenses_text);
    if (status < 0 && optind == argc)
        status = cli_misuse(COMMAND, "no profile or process given");
    if (status < 0) {
        open_limit(COMMAND);
        status = make(&command, argv + optind, (size_t)(argc - optind));
        status = cli_finish(COMMAND, status);
    }
    free(command.report.sources.maps);
    return status;
}
