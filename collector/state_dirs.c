/* SPDX-License-Identifier: Apache-2.0
 *
 * The shim has the same rules; a squatted directory is not used.
 */
#include "collector/state_dirs.h"
#include "collector/collect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct error *state_dirs_init(struct state_dirs *dirs)
{
    const char *given = getenv("MEMPROF_DIR");
    const char *temporary = getenv("TMPDIR");
    *dirs = (struct state_dirs){.is_given = given && *given};
    if (dirs->is_given) {
        dirs->paths[dirs->count++] = strdup(given);
    } else {
        const char *bases[] = {"/dev/shm", temporary && *temporary ? temporary : "/tmp"};
        for (int i = 0; i < 2; i++) {
            char *path;
            int length = asprintf(&path, "%s/memprof-%u", bases[i], (unsigned)geteuid());
            dirs->paths[dirs->count++] = length < 0 ? NULL : path;
        }
    }
    for (size_t i = 0; i < dirs->count; i++)
        if (!dirs->paths[i])
            return error_no_memory();
    return NULL;
}

void state_dirs_deinit(struct state_dirs *dirs)
{
    for (size_t i = 0; i < dirs->count; i++)
        free(dirs->paths[i]);
    *dirs = (struct state_dirs){0};
}

int state_dirs_fault(const struct state_dirs *dirs, size_t index)
{
    struct stat status;
    const char *path = dirs->paths[index];
    if (lstat(path, &status) != 0)
        return errno;
    if (dirs->is_given && S_ISLNK(status.st_mode) && status.st_uid == geteuid() &&
        stat(path, &status) != 0)
        return errno;
    if (!S_ISDIR(status.st_mode))
        return ENOTDIR;
    mode_t open_to_others = dirs->is_given ? 0022 : 0077;
    return status.st_uid != geteuid() || (status.st_mode & open_to_others) != 0 ? EPERM : 0;
}

struct error *state_directory(bool create, char **path)
{
    struct state_dirs dirs;
    struct error *error = state_dirs_init(&dirs);
    int fault = 0;
    *path = NULL;
    for (size_t i = 0; !error && !*path && i < dirs.count; i++) {
        if (create)
            (void)(mkdir(dirs.paths[i], 0700) == 0); /* the look below says what is there */
        fault = state_dirs_fault(&dirs, i);
        if (fault == 0)
            *path = strdup(dirs.paths[i]);
        if (fault == 0 && !*path)
            error = error_no_memory();
    }
    if (!error && !*path)
        error = fault == EPERM
                    ? error_create("no directory for states: %s: it is not a private directory "
                                   "of yours",
                                   dirs.paths[dirs.count - 1])
                    : error_create_errno(fault, "no directory for states: %s",
                                         dirs.paths[dirs.count - 1]);
    state_dirs_deinit(&dirs);
    return error;
}
