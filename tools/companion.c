/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/companion.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/beside.h"
#include "tools/cli.h"

char *companion_path(const char *program)
{
    char *self = beside_self(), *path = NULL;
    char *slash = self ? strrchr(self, '/') : NULL;
    if (!slash || asprintf(&path, "%.*s/%s", (int)(slash - self), self, program) < 0)
        path = NULL;
    free(self);
    return path;
}

static struct error *check(const char *path)
{
    char *self = beside_self();
    struct error *error = NULL;
    if (access(path, X_OK) != 0)
        error =
            error_create_errno(errno, "%s, which does this; try to install memprof again", path);
    else if (!self || !beside_is_safe(self, path))
        error = error_create("%s: could be replaced by other users; try chmod", path);
    free(self);
    return error;
}

int companion_become(const char *command, const char *program, char **argv)
{
    if (cli_finish(command, CLI_DONE) !=
        CLI_DONE) /* it could not tell that standard output was closed */
        return CLI_CANNOT;
    char *path = companion_path(program);
    struct error *error =
        path ? check(path) : error_create("%s: it is not known where memprof lies", program);
    if (!error) {
        argv[0] = (char *)(uintptr_t)program;
        execv(path, argv);
        error = error_create_errno(errno, "%s", path);
    }
    free(path);
    return cli_fail(command, error);
}
