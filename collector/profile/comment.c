/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/comment.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool profile_comment_is_of_run(const char *comment)
{
    static const char ours[] = "#memprof: ";
    return strncmp(comment, ours, sizeof ours - 1) == 0;
}

/* What stands behind "memprof: KEY ", or "#memprof: KEY "; NULL: nothing. */
static const char *text_of(const struct profile *profile, const char *key)
{
    static const char ours[] = "memprof: ";
    size_t length = strlen(key);
    for (uint32_t i = 0; i < profile->comments.count; i++) {
        const char *text = profile_string(profile, profile->comments.items[i]);
        text += *text == '#';
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

bool profile_find_time(const struct profile *profile, const char *key, uint64_t *ns)
{
    struct tm utc = {.tm_year = 0};
    const char *text = text_of(profile, key);
    const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &utc) : NULL;
    uint64_t fraction = 0, digit = 100000000;
    if (!rest)
        return false;
    if (*rest == '.')
        for (rest++; *rest >= '0' && *rest <= '9'; rest++, digit /= 10)
            fraction += digit * (uint64_t)(*rest - '0');
    time_t seconds = timegm(&utc);
    if (seconds < 0 || strcmp(rest, "Z") != 0)
        return false;
    *ns = (uint64_t)seconds * 1000000000 + fraction;
    return true;
}

uint64_t profile_lost_events(const struct profile *profile)
{
    uint64_t sum = 0, of_part;
    for (uint32_t i = 0; i < profile->comments.count; i++)
        if (sscanf(profile_string(profile, profile->comments.items[i]),
                   "memprof: %" SCNu64 " events lost", &of_part) == 1)
            sum += of_part;
    return sum;
}

bool profile_is_ours(const struct profile *profile)
{
    return text_of(profile, "version") != NULL;
}
