/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/comment.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What stands behind "memprof: KEY "; NULL: nothing. */
static const char *text_of(const struct profile *profile, const char *key)
{
    static const char ours[] = "memprof: ";
    size_t length = strlen(key);
    for (uint32_t i = 0; i < profile->comments.count; i++) {
        const char *text = profile_string(profile, profile->comments.items[i]);
        if (strncmp(text, ours, sizeof(ours) - 1) != 0)
            continue;
        text += sizeof(ours) - 1;
        if (strncmp(text, key, length) == 0 && text[length] == ' ')
            return text + length + 1;
    }
    return NULL;
}

const char *profile_find_text(const struct profile *profile, const char *key)
{
    return text_of(profile, key);
}

bool profile_find_number(const struct profile *profile, const char *key, uint64_t *number)
{
    const char *text = text_of(profile, key);
    char *end;
    if (!text || !isdigit((unsigned char)*text))
        return false;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && (*end == '\0' || *end == ' ');
}

bool profile_is_ours(const struct profile *profile)
{
    return text_of(profile, "version") != NULL;
}
