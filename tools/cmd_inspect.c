/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof inspect: a state as text.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/inspect.h"
#include "tools/argument.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/open.h"
#include "tools/options.h"

#define COMMAND "inspect"

static const char help_text[] =
    "Usage: memprof inspect [OPTION]... STATE|PID|NAME...\n"
    "Prints what a process recorded about itself: header, options, how full each table\n"
    "is, modules, threads, what was lost.  For bug reports.\n"
    "\n"
    "  -s, --stacks   every stack and its counters, too\n"
    "  -h, --help     show this help\n"
    "  -V, --version  show the version\n"
    "\n"
    "STATE is a file that 'memprof collect' lists, PID a running process, NAME the name\n"
    "of one or the path of its executable.\n"
    "\n"
    "Examples:\n"
    "  memprof inspect $(pidof -s redis-server)\n"
    "  memprof inspect --stacks /dev/shm/memprof-1000/app.*.state\n"
    "\n"
    "Exit status: 0 done, 2 could not.\n";

/* Returns the exit status. */
static int inspect(const char *text, bool stacks)
{
    struct argument argument;
    int fd, status = argument_resolve(COMMAND, text, &argument);
    char *name;
    if (status >= 0)
        return status;
    struct error *error = open_state(&argument, &fd, &name);
    free(argument.state);
    if (error)
        return cli_fail(COMMAND, error);
    error = inspect_fd(fd, name, stacks, stdout);
    close(fd);
    free(name);
    return error ? cli_fail(COMMAND, error) : CLI_DONE;
}

static struct error *take(void *context, int option, const char *value)
{
    (void)option; /* there is one */
    (void)value;
    *(bool *)context = true;
    return NULL;
}

int cmd_inspect(int argc, char **argv)
{
    static const struct option list[] = {{"stacks", no_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
    bool stacks = false;
    const struct options options = {COMMAND, help_text, "s", list, take, &stacks};
    int status = options_parse(&options, argc, argv);
    if (status >= 0)
        return status;
    if (optind == argc)
        return cli_misuse(COMMAND, "no state or process given");
    status = CLI_DONE;
    for (int i = optind; i < argc; i++) {
        if (i > optind)
            putchar('\n');
        if (inspect(argv[i], stacks) != CLI_DONE)
            status = CLI_CANNOT;
    }
    return cli_finish(COMMAND, status);
}
