/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds libmemprof.so.
 */
#include "tools/library.h"

#include <errno.h>
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
                        "try a copy elsewhere, named by MEMPROF_LIBRARY",
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

struct error *library_find(char **path)
{
    *path = NULL;
    const char *given = getenv("MEMPROF_LIBRARY");
    struct error *error = NULL;
    char *self = NULL;
    if (given && *given) {
        error = find_given(given, path);
    } else if ((self = realpath("/proc/self/exe", NULL))) {
        static const char *const places[] = {
            "",
            "/../lib",
#ifdef MEMPROF_MULTIARCH
            "/../lib/" MEMPROF_MULTIARCH,
#endif
            "/../lib64",
            "/../../lib",
        };
        *strrchr(self, '/') = '\0';
        for (size_t i = 0; i < sizeof places / sizeof *places && !*path; i++) {
            char *candidate;
            if (asprintf(&candidate, "%s%s/" LIBRARY_NAME, self, places[i]) < 0)
                break;
            if (access(candidate, R_OK) == 0)
                *path = realpath(candidate, NULL);
            free(candidate);
        }
    }
    if (!error && !*path)
        error = error_create(LIBRARY_NAME ": not found near %s; try MEMPROF_LIBRARY=/path/to/it",
                             self ? self : "memprof");
    if (!error)
        error = check_separators(*path);
    if (error) {
        free(*path);
        *path = NULL;
    }
    free(self);
    return error;
}
