/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof inspect: a state as text.
 */
#include <getopt.h>
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

int cmd_inspect(int argc, char **argv)
{
    static const struct option options[] = {
        {"stacks", no_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    bool stacks = false;
    int option, status = CLI_DONE;
    while ((option = getopt_long(argc, argv, ":shV", options, NULL)) != -1) {
        if (option == 'h')
            return cli_help(COMMAND, help_text);
        if (option == 'V')
            return cli_version(COMMAND);
        if (option != 's')
            return cli_bad_option(COMMAND, argv, option);
        stacks = true;
    }
    if (optind == argc)
        return cli_misuse(COMMAND, "no state or process given");
    for (int i = optind; i < argc; i++) {
        if (i > optind)
            putchar('\n');
        struct error *error = inspect(argv[i], stacks);
        if (error)
            status = cli_fail(COMMAND, error);
    }
    return cli_finish(COMMAND, status);
}
