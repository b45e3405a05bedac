/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/peak_name.h"

#include <stdio.h>
#include <string.h>

char *peak_name(const char *path)
{
    const char *suffix = NULL;
    size_t bytes = strlen(PROFILE_SUFFIX);
    for (const char *at = path; (at = strstr(at, PROFILE_SUFFIX)) != NULL; at++)
        suffix = at;
    if (!suffix || suffix[bytes + strspn(suffix + bytes, ".0123456789")] != '\0')
        suffix = path + strlen(path);
    char *name;
    if (asprintf(&name, "%.*s.peak%s", (int)(suffix - path), path, suffix) < 0)
        return NULL;
    return name;
}
