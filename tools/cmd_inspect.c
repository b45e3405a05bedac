/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof inspect: a state as text.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/collect.h"
#include "collector/inspect.h"
#include "collector/state/pid.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/options.h"
#include "tools/quantity.h"

#define COMMAND "inspect"

static const char help_text[] =
    "Usage: memprof inspect [OPTION]... STATE|PID...\n"
    "Prints what a process recorded about itself: header, options, how full each table\n"
    "is, modules, threads, what was lost.  For bug reports.\n"
    "\n"
    "  -s, --stacks   every stack and its counters, too\n"
    "  -h, --help     show this help\n"
    "  -V, --version  show the version\n"
    "\n"
    "STATE is a file that 'memprof collect' lists, PID a running process.\n"
    "\n"
    "Examples:\n"
    "  memprof inspect $(pidof -s redis-server)\n"
    "  memprof inspect --stacks /dev/shm/memprof-1000/app.*.state\n"
    "\n"
    "Exit status: 0 done, 2 could not.\n";

/* A name of digits is a process; ./123 is a file. */
static struct error *inspect(const char *name, bool stacks)
{
    pid_t pid;
    if (!quantity_parse_pid(name, &pid))
        return inspect_path(name, stacks, stdout);
    int fd;
    char *path;
    struct error *error = state_open_pid(pid, &fd, &path);
    if (error)
        return error;
    error = inspect_fd(fd, path ? path : name, stacks, stdout);
    close(fd);
    free(path);
    return error;
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
        struct error *error = inspect(argv[i], stacks);
        if (error)
            status = cli_fail(COMMAND, error);
    }
    return cli_finish(COMMAND, status);
}
