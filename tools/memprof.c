/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof: finds the command in the table (command.h) and runs it.
 */
#include <stdio.h>
#include <string.h>

#include "collector/base/clean.h"
#include "tools/cli.h"
#include "tools/command.h"

struct command {
    const char *name;
    const char *summary;
    int (*function)(int argc, char **argv);
};

static const struct command commands[] = {
#define ROW(name, summary) {#name, summary, cmd_##name},
    COMMAND_TABLE(ROW)
#undef ROW
};
#define COMMANDS (sizeof commands / sizeof *commands)

static const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void print_usage(FILE *out)
{
    fputs("Usage: memprof COMMAND [OPTION]... [ARGUMENT]...\n"
          "Shows where an unmodified program's memory is allocated and held,\n"
          "as a profile that 'go tool pprof' reads.\n"
          "\n"
          "Commands:\n",
          out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fputs("  help       show a command's help\n"
          "\n"
          "Options:\n"
          "  -h, --help     show this help\n"
          "  -V, --version  show the version\n"
          "\n"
          "Examples:\n"
          "  memprof run -- ./app --its-option    profile a run from start to end\n"
          "  memprof collect $(pidof server)      a profile of a process that runs on\n"
          "  memprof top memprof.app.*.pb.gz      the functions that hold most memory\n"
          "\n"
          "Exit status: 0 done, 1 the answer is no, 2 could not; 'run' has the program's.\n"
          "'memprof COMMAND --help' and memprof-COMMAND(1) say more.\n",
          out);
}

static int unknown(const char *what, const char *name)
{
    fprintf(stderr, "memprof: unknown %s '", what);
    clean_put_text(stderr, name);
    fputs("'; try 'memprof --help' for more information.\n", stderr);
    return CLI_CANNOT;
}

static int help(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stdout);
        return cli_finish("help", CLI_DONE);
    }
    const struct command *command = command_find(argv[1]);
    if (!command)
        return unknown("command", argv[1]);
    char option[] = "--help";
    char *arguments[] = {argv[1], option, NULL};
    return command->function(2, arguments);
}

int main(int argc, char **argv)
{
    cli_init();
    if (argc < 2) {
        fputs("memprof: no command given\n", stderr);
        print_usage(stderr);
        return CLI_CANNOT;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
        return help(argc - 1, argv + 1);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        return cli_version(name);
    if (strcmp(name, "--list-commands") == 0) { /* for the completions of shells */
        for (size_t i = 0; i < COMMANDS; i++)
            printf("%s\t%s\n", commands[i].name, commands[i].summary);
        return cli_finish("help", CLI_DONE);
    }
    if (name[0] == '-')
        return unknown("option", name);
    const struct command *command = command_find(name);
    return command ? command->function(argc - 1, argv + 1) : unknown("command", name);
}
