/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/lifetimes/sidecar.h"
#include "collector/profile/peak_name.h"

#include <stdio.h>
#include <string.h>

/* ".pb.gz" may be followed by numbers: of a process, and of who came later. */
char *sidecar_name(const char *path)
{
    const char *suffix = NULL, *after;
    size_t bytes = strlen(PROFILE_SUFFIX);
    for (const char *at = path; (at = strstr(at, PROFILE_SUFFIX)) != NULL; at++)
        suffix = at;
    after = suffix ? suffix + bytes : path + strlen(path);
    if (!suffix || after[strspn(after, ".0123456789")] != '\0')
        suffix = after = path + strlen(path);
    char *name;
    if (asprintf(&name, "%.*s" SIDECAR_SUFFIX "%s", (int)(suffix - path), path, after) < 0)
        return NULL;
    return name;
}
