/* SPDX-License-Identifier: Apache-2.0
 *
 * Digits, then files, then names of processes.
 */
#include "tools/argument.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/open_regular.h"
#include "tools/cli.h"
#include "tools/columns.h"
#include "tools/processes.h"
#include "tools/quantity.h"

struct argument argument_of_file(const char *text)
{
    struct stat status;
    bool is_directory =
        strcmp(text, "-") != 0 && stat(text, &status) == 0 && S_ISDIR(status.st_mode);
    return (struct argument){.text = text,
                             .kind = is_directory ? ARGUMENT_DIRECTORY : ARGUMENT_FILE};
}

/* What a program's file begins with; no state and no profile does. */
static bool is_program(const char *path)
{
    char start[4] = "";
    int fd = open_regular(path, 0, NULL);
    ssize_t got = fd < 0 ? 0 : read(fd, start, sizeof start);
    if (fd >= 0)
        close(fd);
    return (got == 4 && memcmp(start, "\177ELF", 4) == 0) ||
           (got >= 2 && memcmp(start, "#!", 2) == 0);
}

static void print_choice(const struct process_list *list, bool only_recorded)
{
    static const struct column shape[] = {{"PID", COLUMN_RIGHT, 8, 0},
                                          {"PROGRAM", COLUMN_LEFT, 0, 40},
                                          {"COMMAND", COLUMN_LEFT, 0, 0}};
    struct columns columns;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "");
    for (size_t i = 0; i < list->count; i++) {
        char pid[16];
        if (only_recorded && !list->entries[i].is_recorded)
            continue;
        snprintf(pid, sizeof pid, "%" PRIu32, list->entries[i].pid);
        columns_add(&columns, pid);
        columns_add(&columns, list->entries[i].exe);
        columns_add(&columns, list->entries[i].words);
    }
    columns_print(&columns, stderr);
    columns_deinit(&columns);
}

/* Makes the argument mean this process, and takes over the path of its state. */
static void take_process(struct process_entry *entry, struct argument *argument)
{
    argument->kind = entry->state ? ARGUMENT_STATE : ARGUMENT_PROCESS;
    argument->pid = entry->state ? entry->process : (pid_t)entry->pid;
    argument->state = entry->state;
    entry->state = NULL;
}

/* Chooses the process that memprof records.  Where none is recorded but there is only one, it
 * chooses that: opening it then fails with the reason. */
static int choose(const char *command, struct process_list *list, struct argument *argument)
{
    size_t recorded = 0;
    for (size_t i = 0; i < list->count; i++)
        recorded += list->entries[i].is_recorded;
    for (size_t i = 0; i < list->count; i++)
        if (list->count == 1 || (recorded == 1 && list->entries[i].is_recorded)) {
            take_process(&list->entries[i], argument);
            return -1;
        }
    if (recorded)
        cli_complain(command,
                     "%s: is the %s of %zu recorded processes; try the pid of one:", argument->text,
                     argument->pid ? "pid" : "name", recorded);
    else
        cli_complain(command,
                     "%s: is the name of %zu processes, none of them recorded; try to start it "
                     "with 'memprof run':",
                     argument->text, list->count);
    print_choice(list, recorded > 0);
    return CLI_CANNOT;
}

/* A pid is taken as it is when /proc leads to its state, or when no state that we can read has it:
 * opening it then fails with the reason. */
static int resolve_pid(const char *command, struct argument *argument)
{
    struct process_list list;
    argument->kind = ARGUMENT_PROCESS;
    struct error *error = processes_find_pid(&list, argument->pid);
    int result = error ? cli_fail(command, error) : -1;
    if (!error && list.count > 0)
        result = choose(command, &list, argument);
    processes_deinit(&list);
    return result;
}

static bool is_there(const char *text)
{
    struct stat status;
    return strcmp(text, "-") == 0 || stat(text, &status) == 0;
}

bool argument_may_be_process(const char *text)
{
    pid_t pid;
    if (quantity_parse_pid(text, &pid))
        return true;
    return *text && (!is_there(text) || (argument_of_file(text).kind == ARGUMENT_FILE &&
                                         strcmp(text, "-") != 0 && is_program(text)));
}

int argument_resolve(const char *command, const char *text, struct argument *argument)
{
    struct process_list list;
    *argument = argument_of_file(text);
    if (quantity_parse_pid(text, &argument->pid))
        return resolve_pid(command, argument);
    if (!argument_may_be_process(text))
        return -1;
    struct error *error = processes_find(&list, text);
    int result = -1;
    if (error) {
        result = cli_fail(command, error);
    } else if (list.count) {
        result = choose(command, &list, argument);
    } else {
        cli_complain(command,
                     is_there(text)
                         ? "%s: is a program, and no process runs it; try 'memprof run %s'"
                         : "%s: no such file, and no process of that name; try 'memprof "
                           "collect', which lists all states",
                     text, text);
        result = CLI_CANNOT;
    }
    processes_deinit(&list);
    return result;
}

int argument_only(const char *command, int argc, char **argv, const char *missing,
                  struct argument *argument)
{
    if (optind == argc)
        return cli_misuse(command, "%s", missing);
    if (optind + 1 != argc)
        return cli_misuse(command, "one at a time: more than one was given");
    return argument_resolve(command, argv[optind], argument);
}
