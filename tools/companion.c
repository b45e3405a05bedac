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

int companion_become(const char *command, const char *program, char **argv)
{
    char *self = realpath("/proc/self/exe", NULL), *path = NULL;
    char *slash = self ? strrchr(self, '/') : NULL;
    if (!slash || asprintf(&path, "%.*s/%s", (int)(slash - self), self, program) < 0) {
        free(self);
        return cli_fail(command, error_no_memory());
    }
    struct error *error;
    if (access(path, X_OK) != 0)
        error =
            error_create_errno(errno, "%s, which does this; try to install memprof again", path);
    else if (!beside_is_safe(self, path))
        error = error_create("%s: could be replaced by other users; try chmod", path);
    else {
        argv[0] = (char *)(uintptr_t)program;
        execv(path, argv);
        error = error_create_errno(errno, "%s", path);
    }
    free(self);
    free(path);
    return cli_fail(command, error);
}
