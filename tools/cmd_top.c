/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof top: a profile as a person reads it, without Go.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/argument.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/companion.h"
#include "tools/inputs.h"
#include "tools/open.h"
#include "tools/top/callers.h"
#include "tools/top/header.h"
#include "tools/top/listing.h"
#include "tools/top/options.h"
#include "tools/top/reading.h"
#include "tools/top/stacks.h"
#include "tools/top/table.h"

static struct error *print_view(const struct reading *reading, const struct top_options *options,
                                uint32_t *matched)
{
    if (options->has_header && options->view != TOP_LISTING)
        header_print(reading, options);
    switch (options->view) {
    case TOP_STACKS:
        return stacks_print(reading, options);
    case TOP_CALLERS:
        return callers_print(reading, options, matched);
    case TOP_LISTING:
        return listing_print(reading, options, matched);
    case TOP_TABLE:
        break;
    }
    return table_print(reading, options);
}

/* Takes the profile over; returns the exit status. */
static int show(struct profile *profile, const char *name, const struct top_options *options)
{
    struct reading reading;
    profile_clean(profile); /* all text that is printed is the profile's */
    struct error *error = reading_init(&reading, profile, name, options);
    if (error)
        return cli_fail(TOP_COMMAND, error);
    const struct top_pattern *subject = &options->patterns[TOP_SUBJECT];
    uint32_t matched = 1;
    int status = reading.has_match ? CLI_DONE : CLI_NO;
    error = print_view(&reading, options, &matched);
    if (error) {
        status = cli_fail(TOP_COMMAND, error);
    } else if (matched == 0) {
        cli_complain(TOP_COMMAND, "--%s: no function with such samples matches '%s'", subject->name,
                     subject->text);
        status = CLI_NO;
    }
    reading_deinit(&reading);
    return status;
}

static int show_sum(const struct inputs *inputs, const struct top_options *options)
{
    struct profile *sum;
    size_t left_out;
    struct error *error = inputs_merge(inputs, &sum, &left_out);
    if (error)
        return cli_fail(TOP_COMMAND, error);
    int status = show(sum, inputs->items[0].path, options);
    return left_out ? CLI_CANNOT : status;
}

/* Shows every file, also after one that cannot be read. */
static int show_each(const struct inputs *inputs, const struct top_options *options)
{
    int worst = CLI_DONE;
    for (size_t i = 0; i < inputs->count; i++) {
        const char *path = inputs->items[i].path;
        struct profile *profile;
        struct error *error = inputs_open(&inputs->items[i], &profile);
        printf("%s==> ", i ? "\n" : "");
        cli_put(path, 0);
        puts(" <==");
        int status = error ? cli_fail(TOP_COMMAND, error) : show(profile, path, options);
        if (status > worst)
            worst = status;
    }
    return worst;
}

/* A process alone, on a terminal that can move its cursor, is watched in full screen. */
static bool is_watched(int argc, char **argv)
{
    const char *terminal = getenv("TERM");
    if (argc != 2 || argv[1][0] == '-' || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
        !terminal || !*terminal || strcmp(terminal, "dumb") == 0)
        return false;
    return argument_may_be_process(argv[1]);
}

int cmd_top(int argc, char **argv)
{
    if (is_watched(argc, argv))
        return companion_become(TOP_COMMAND, "memprof-watch", argv);
    open_limit(TOP_COMMAND);
    struct top_options options;
    struct inputs inputs = {
        .command = TOP_COMMAND, .advice = "try --per-file", .has_processes = true};
    int status = top_options_parse(&options, argc, argv);
    if (status < 0) {
        struct error *error = inputs_init(&inputs, argv + optind, (size_t)(argc - optind));
        if (error)
            status = cli_fail(TOP_COMMAND, error);
        else if (inputs.status)
            status = inputs.status;
        else
            status = cli_finish(TOP_COMMAND, options.is_per_file ? show_each(&inputs, &options)
                                                                 : show_sum(&inputs, &options));
    }
    inputs_deinit(&inputs);
    top_options_deinit(&options);
    return status;
}
