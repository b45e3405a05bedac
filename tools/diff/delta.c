/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/delta.h"

#include "collector/profile/difference.h"
#include "collector/profile/pprof_encode.h"
#include "tools/open.h"
#include "tools/whole_file.h"

#define MODE 0600 /* as of any profile */

/* The new side first: the head of the difference is of its first run. */
static struct error *add_all(struct profile_difference *difference, const struct sides *sides)
{
    struct error *error = NULL;
    for (int side = 1; side >= 0; side--)
        for (size_t i = 0; i < sides->inputs[side].count && !error; i++) {
            const char *path = sides->inputs[side].items[i].path;
            struct profile *profile;
            error = open_profile(path, &profile);
            if (error)
                return error;
            error = profile_difference_add(difference, profile, side == 0, path);
            profile_destroy(profile);
        }
    return error;
}

struct error *delta_write(const struct sides *sides, const char *path)
{
    struct profile_difference *difference = profile_difference_create(
        (uint32_t)sides->inputs[0].count, (uint32_t)sides->inputs[1].count);
    struct error *error = difference ? add_all(difference, sides) : error_no_memory();
    struct profile *profile = error ? NULL : profile_difference_finish(difference);
    if (!error && !profile)
        error = error_no_memory();
    if (!error) {
        struct whole_file file;
        error = whole_file_open(&file, path, MODE);
        if (!error)
            error = pprof_encode(profile, file.fd, path, NULL, NULL);
        error = whole_file_close(&file, error);
    }
    profile_destroy(profile);
    profile_difference_destroy(difference);
    return error;
}
