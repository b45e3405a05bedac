/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/open.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/budget.h"
#include "collector/base/open_regular.h"
#include "collector/profile/file.h"
#include "collector/state/header.h"
#include "collector/state/pid.h"
#include "tools/cli.h"

static char over_text[80]; /* the line that the signal handler writes, which may not make one */

static void give_up(void)
{
    ssize_t ignored = write(STDERR_FILENO, over_text, strlen(over_text));
    (void)ignored;
    _exit(CLI_CANNOT);
}

void open_limit(const char *command)
{
    snprintf(over_text, sizeof over_text, "memprof %s: the profile takes too much computing\n",
             command);
    budget_set_alarm(give_up);
    budget_begin(0);
}

struct error *open_profile(const char *path, struct profile **profile)
{
    return profile_read(path, profile);
}

bool open_is_state(const char *path)
{
    int fd = strcmp(path, "-") == 0 ? -1 : open_regular(path, 0, NULL);
    bool is = fd >= 0 && state_layout_is_state(fd);
    if (fd >= 0)
        close(fd);
    return is;
}

struct error *open_state(const struct argument *argument, int *fd, char **name)
{
    const char *path = argument->kind == ARGUMENT_STATE ? argument->state : argument->text;
    if (argument->kind == ARGUMENT_PROCESS) {
        struct error *error = state_open_pid(argument->pid, fd, name);
        if (!error && !*name && !(*name = strdup(path))) {
            close(*fd);
            error = error_no_memory();
        }
        return error;
    }
    if (argument->kind == ARGUMENT_DIRECTORY)
        return error_create("cannot inspect: %s: is a directory; try a state in it", path);
    *fd = open_regular(path, 0, NULL);
    if (*fd < 0)
        return open_regular_error(errno, "cannot inspect: %s", path);
    *name = strdup(path);
    if (*name)
        return NULL;
    close(*fd);
    return error_no_memory();
}

struct error *open_process(const struct argument *argument, struct live_process **process)
{
    switch (argument->kind) {
    case ARGUMENT_PROCESS:
        return live_process_open(argument->pid, process);
    case ARGUMENT_STATE:
        return live_process_open_state(argument->state, argument->pid, process);
    case ARGUMENT_DIRECTORY:
        return error_create("%s: is a directory, and no process; try its pid or its name",
                            argument->text);
    case ARGUMENT_FILE:
        break;
    }
    return error_create(
        "%s: is a file, and no process; try 'memprof top', or 'memprof collect' for "
        "the state of one that has ended",
        argument->text);
}

struct error *open_snapshot(const struct argument *argument, struct profile **profile)
{
    struct live_process *process;
    struct snapshot snapshot;
    const struct snapshot_options options = {0};
    struct error *error = open_process(argument, &process);
    if (error)
        return error;
    error = live_process_snapshot(process, &options, &snapshot);
    if (!error) {
        *profile = snapshot.profile;
        snapshot.profile = NULL;
    }
    snapshot_deinit(&snapshot);
    live_process_close(process);
    return error;
}
