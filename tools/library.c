/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/library.h"
#include "tools/beside.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY_NAME "libmemprof.so"

/* The loader splits LD_PRELOAD at both; there is no way to quote them. */
static struct error *check_separators(const char *path)
{
    if (!strpbrk(path, ": "))
        return NULL;
    return error_create("%s: the loader takes no ':' or ' ' in a preloaded path; "
                        "try a copy elsewhere",
                        path);
}

static struct error *find_given(const char *given, char **path)
{
    char *absolute = realpath(given, NULL);
    if (!absolute || access(absolute, R_OK) != 0) {
        int number = errno;
        free(absolute);
        return error_create_errno(number, "MEMPROF_LIBRARY: %s", given);
    }
    *path = absolute;
    return NULL;
}

/* Beside this program (a build directory), else in the lib directory beside its bin. */
static char *find_near(const char *self, const char *name, bool *is_unsafe)
{
    static const char *const places[] = {
        "",
        "/../lib",
#ifdef MEMPROF_MULTIARCH
        ("/../lib/" MEMPROF_MULTIARCH),
#endif
        "/../lib64",
    };
    const char *slash = strrchr(self, '/');
    int directory = (int)(slash - self);
    bool is_installed = directory >= 4 && strncmp(slash - 4, "/bin", 4) == 0;
    for (size_t i = 0; i < (is_installed ? sizeof places / sizeof *places : 1); i++) {
        char *shown;
        if (asprintf(&shown, "%.*s%s/%s", directory, self, places[i], name) < 0)
            return NULL;
        char *path = access(shown, R_OK) == 0 ? realpath(shown, NULL) : NULL;
        free(shown);
        if (path && beside_is_safe(self, path))
            return path;
        *is_unsafe = *is_unsafe || path;
        free(path);
    }
    return NULL;
}

/* `advice` is what to try when it is not there. */
static struct error *find(const char *name, const char *given, const char *advice, char **path)
{
    *path = NULL;
    struct error *error = NULL;
    char *self = NULL;
    bool is_unsafe = false;
    if (given && *given)
        error = find_given(given, path);
    else if ((self = beside_self()))
        *path = find_near(self, name, &is_unsafe);
    if (!error && !*path && is_unsafe)
        error = error_create("%s: what is near %s could be replaced by other users; try chmod%s",
                             name, self, advice);
    else if (!error && !*path)
        error = error_create("%s: not found near %s; try make install%s", name,
                             self ? self : "memprof", advice);
    if (!error)
        error = check_separators(*path);
    if (error) {
        free(*path);
        *path = NULL;
    }
    free(self);
    return error;
}

struct error *library_find(char **path)
{
    return find(LIBRARY_NAME, getenv("MEMPROF_LIBRARY"), ", or MEMPROF_LIBRARY=/path/to/it", path);
}

struct error *library_find_self_test(char **path)
{
    return find(LIBRARY_SELF_TEST, NULL, "", path);
}
