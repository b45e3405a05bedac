/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/peak_name.h"

#include <stdio.h>
#include <string.h>

char *peak_name(const char *path)
{
    const char *suffix = NULL;
    for (const char *at = path; (at = strstr(at, ".pb.gz")) != NULL; at++)
        suffix = at;
    if (!suffix || suffix[6 + strspn(suffix + 6, ".0123456789")] != '\0')
        suffix = path + strlen(path);
    char *name;
    if (asprintf(&name, "%.*s.peak%s", (int)(suffix - path), path, suffix) < 0)
        return NULL;
    return name;
}
