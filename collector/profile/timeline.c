/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/timeline.h"
#include "collector/profile/comment.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY     "timeline"
#define VERSION "1"
#define COLUMNS 4

static void columns_of(uint64_t columns[COLUMNS], const struct profile_point *point)
{
    columns[0] = point->ms;
    columns[1] = point->inuse_bytes;
    columns[2] = point->allocated_bytes;
    columns[3] = point->allocated_objects;
}

bool profile_timeline_add(struct profile *profile, const struct profile_point *points,
                          uint32_t count)
{
    char *text = NULL;
    size_t bytes;
    uint64_t last[COLUMNS] = {0};
    FILE *out = count ? open_memstream(&text, &bytes) : NULL;
    if (!out)
        return count == 0;
    fputs("#memprof: " KEY " " VERSION, out);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t columns[COLUMNS];
        columns_of(columns, &points[i]);
        for (int column = 0; column < COLUMNS; column++)
            fprintf(out, "%c%" PRId64, column ? ',' : ' ',
                    (int64_t)(columns[column] - last[column]));
        memcpy(last, columns, sizeof last);
    }
    bool is_added = fclose(out) == 0 && profile_add_comment(profile, text);
    free(text);
    return is_added;
}

/* Moves *text behind a number and what follows it; false: there is none, or another end. */
static bool take_number(const char **text, char end, int64_t *number)
{
    char *behind;
    if (**text != '-' && (**text < '0' || **text > '9'))
        return false;
    errno = 0;
    *number = strtoll(*text, &behind, 10);
    *text = behind + (*behind != '\0');
    return errno == 0 && (*behind == end || (end == ' ' && *behind == '\0'));
}

/* The next point; `point` is the one before.  False: it cannot be right. */
static bool take_point(const char **text, struct profile_point *point)
{
    uint64_t columns[COLUMNS];
    columns_of(columns, point);
    for (int column = 0; column < COLUMNS; column++) {
        int64_t step;
        if (!take_number(text, column == COLUMNS - 1 ? ' ' : ',', &step) ||
            (column == 0 && step < 0))
            return false;
        columns[column] += (uint64_t)step;
        if (columns[column] > INT64_MAX)
            return false;
    }
    *point = (struct profile_point){columns[0], columns[1], columns[2], columns[3]};
    return true;
}

static uint32_t count_points(const char *text)
{
    uint32_t count = *text != '\0';
    for (; *text && count <= PROFILE_TIMELINE_MOST; text++)
        count += *text == ' ';
    return count;
}

bool profile_timeline_read(const struct profile *profile, struct profile_point **points,
                           uint32_t *count)
{
    const char *text = profile_find_text(profile, KEY);
    struct profile_point point = {.ms = 0};
    *points = NULL;
    *count = 0;
    if (!text || strncmp(text, VERSION " ", sizeof VERSION) != 0)
        return true;
    text += sizeof VERSION;
    uint32_t known = count_points(text);
    if (known > PROFILE_TIMELINE_MOST)
        return true;
    if (!(*points = malloc(((size_t)known + 1) * sizeof **points)))
        return false;
    while (*text) {
        if (*count == known || !take_point(&text, &point)) {
            *count = 0;
            return true;
        }
        (*points)[(*count)++] = point;
    }
    return true;
}
