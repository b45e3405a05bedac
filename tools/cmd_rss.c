/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof rss: where the resident memory of a process is.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "tools/argument.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/options.h"
#include "tools/rss/print.h"
#include "tools/rss/reading.h"
#include "tools/rss/symbols.h"

#define COMMAND "rss"
#define SHOWN   10

static const char help_text[] =
    "Usage: memprof rss [OPTION]... PID|NAME\n"
    "Says where the resident memory of a process is: text, constants, data and bss, stacks, the\n"
    "allocator's heap, arenas and large blocks, memprof's own, shared memory, files, and the\n"
    "rest; and how much of the allocator's is live, if memprof records the process.  Nothing is\n"
    "stopped or disturbed.\n"
    "\n"
    "      --symbols  the largest variables in data and bss, by name\n"
    "  -n, --count=N  so many modules and variables (10; with --json all modules)\n"
    "      --json     for programs; memprof-rss(1) describes it\n"
    "  -h, --help     show this help\n"
    "  -V, --version  show the version\n"
    "\n"
    "Examples:\n"
    "  memprof rss redis-server\n"
    "  memprof rss --symbols --count=30 $(pidof -s redis-server)\n"
    "  memprof rss --json 1234 | jq '.rows[] | {kind, rss}'\n"
    "\n"
    "Exit status: 0 done, 2 could not.\n";

struct wanted {
    bool is_json, with_symbols;
    uint64_t count;
};

static struct error *take(void *context, int option, const char *value)
{
    struct wanted *wanted = context;
    switch (option) {
    case 'j':
        wanted->is_json = true;
        break;
    case 's':
        wanted->with_symbols = true;
        break;
    case 'n':
        return options_number("count", value, 1, UINT32_MAX - 1, "10", &wanted->count);
    }
    return NULL;
}

static int print(const struct argument *argument, const struct wanted *wanted)
{
    struct rss rss;
    struct error *error = rss_read(&rss, argument);
    if (!error && wanted->with_symbols)
        error = rss_find_symbols(&rss, (size_t)wanted->count);
    if (!error && wanted->is_json)
        rss_print_json(&rss);
    else if (!error)
        rss_print_text(&rss, (size_t)wanted->count);
    rss_deinit(&rss);
    return cli_finish(COMMAND, error ? cli_fail(COMMAND, error) : CLI_DONE);
}

int cmd_rss(int argc, char **argv)
{
    static const struct option list[] = {{"symbols", no_argument, NULL, 's'},
                                         {"count", required_argument, NULL, 'n'},
                                         {"json", no_argument, NULL, 'j'},
                                         {NULL, 0, NULL, 0}};
    struct wanted wanted = {.count = SHOWN};
    struct argument argument;
    const struct options options = {COMMAND, help_text, "n:", list, take, &wanted};
    int status = options_parse(&options, argc, argv);
    if (status < 0)
        status = argument_only(COMMAND, argc, argv, "no process given", &argument);
    if (status >= 0)
        return status;
    status = print(&argument, &wanted);
    free(argument.state);
    return status;
}
