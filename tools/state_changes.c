/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/state_changes.h"

#include <string.h>
#include <sys/stat.h>

#include "collector/state/dirs.h"

bool state_changes_look(struct state_changes *changes)
{
    struct state_dirs dirs;
    struct timespec changed[2] = {{0}};
    struct error *error = state_dirs_init(&dirs);
    for (size_t i = 0; !error && i < dirs.count; i++) {
        struct stat status;
        if (stat(dirs.paths[i], &status) == 0)
            changed[i] = status.st_mtim;
    }
    state_dirs_deinit(&dirs);
    error_destroy(error);
    bool is_same = memcmp(changed, changes->changed, sizeof changed) == 0;
    memcpy(changes->changed, changed, sizeof changed);
    return !is_same;
}
