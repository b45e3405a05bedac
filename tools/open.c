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
#include "collector/state/pid.h"
#include "tools/cli.h"

static char over_text[80]; /* written by a signal handler, so it is made before */

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

struct error *open_state(const struct argument *argument, int *fd, char **name)
{
    const char *path = argument->text;
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
