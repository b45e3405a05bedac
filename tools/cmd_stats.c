/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof stats: the numbers of a heap, by the names that Go's runtime.MemStats has for them.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "tools/argument.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/open.h"
#include "tools/options.h"
#include "tools/stats/print.h"
#include "tools/stats/reading.h"

#define COMMAND "stats"

static const char help_text[] =
    "Usage: memprof stats [OPTION]... PID|NAME|FILE|STATE\n"
    "Prints the numbers of a process's heap, by the names of Go's runtime.MemStats where they\n"
    "mean the same: what is in use, what was allocated and freed so far, what the allocator\n"
    "has from the kernel, the peak; each estimate with its interval, at 95 %.  Nothing is\n"
    "disturbed.  Of a FILE (a profile) or a STATE there is what it tells.\n"
    "\n"
    "      --json     for programs; memprof-stats(1) describes it\n"
    "      --totals   sums alone: no numbers by size and no look at mappings, so that it costs\n"
    "                 the same whatever the process is like\n"
    "  -h, --help     show this help\n"
    "  -V, --version  show the version\n"
    "\n"
    "Examples:\n"
    "  memprof stats redis-server\n"
    "  memprof stats --json $(pidof -s redis-server) | jq '{HeapAlloc, HeapIdle, RSS}'\n"
    "  memprof stats --totals app.pb.gz\n"
    "\n"
    "Exit status: 0 done, 2 could not.\n";

struct wanted {
    bool is_json, only_totals;
};

static struct error *take(void *context, int option, const char *value)
{
    struct wanted *wanted = context;
    (void)value;
    if (option == 'j')
        wanted->is_json = true;
    else
        wanted->only_totals = true;
    return NULL;
}

static int print(const struct argument *argument, const struct wanted *wanted)
{
    struct stats stats;
    struct error *error = stats_read(&stats, argument, wanted->only_totals);
    if (!error) {
        stats.shows_sizes = !wanted->only_totals;
        (wanted->is_json ? stats_print_json : stats_print_text)(&stats);
    }
    stats_deinit(&stats);
    return cli_finish(COMMAND, error ? cli_fail(COMMAND, error) : CLI_DONE);
}

int cmd_stats(int argc, char **argv)
{
    static const struct option list[] = {
        {"json", no_argument, NULL, 'j'}, {"totals", no_argument, NULL, 't'}, {NULL, 0, NULL, 0}};
    struct wanted wanted = {0};
    struct argument argument;
    const struct options options = {COMMAND, help_text, "", list, take, &wanted};
    open_limit(COMMAND);
    int status = options_parse(&options, argc, argv);
    if (status < 0)
        status =
            argument_only(COMMAND, argc, argv, "no process, profile or state given", &argument);
    if (status >= 0)
        return status;
    status = print(&argument, &wanted);
    free(argument.state);
    return status;
}
