/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/absolute.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/settings.h"

char *absolute_escape(const char *path)
{
    char *escaped = malloc(2 * strlen(path) + 1), *at = escaped;
    for (; at && *path; path++) {
        if (*path == '%')
            *at++ = '%';
        *at++ = *path;
    }
    if (at)
        *at = '\0';
    return escaped;
}

/* Only the directory is escaped: `name` is a template already. */
static struct error *make_absolute(const char *variable, const char *name, bool is_template)
{
    if (name[0] == '/')
        return NULL;
    char *cwd = getcwd(NULL, 0);
    if (!cwd)
        return error_create_errno(errno, "current directory");
    char *directory = is_template ? absolute_escape(cwd) : strdup(cwd), *absolute = NULL;
    if (directory && asprintf(&absolute, "%s/%s", directory, name) < 0)
        absolute = NULL;
    bool is_set = absolute && setenv(variable, absolute, 1) == 0;
    free(absolute);
    free(directory);
    free(cwd);
    return is_set ? NULL : error_no_memory();
}

struct error *absolute_names(void)
{
    static const char *const variables[] = {"MEMPROF_OUT", "MEMPROF_DIR", "MEMPROF_COLLECTOR"};
    struct error *error = NULL;
    for (size_t i = 0; i < sizeof variables / sizeof *variables && !error; i++) {
        const char *name = getenv(variables[i]);
        bool is_output = i == 0, is_none = i == 2 && name && strcmp(name, "none") == 0;
        if (name && *name && !is_none)
            error = make_absolute(variables[i], name, is_output);
    }
    return error ? error : settings_check_environment();
}
