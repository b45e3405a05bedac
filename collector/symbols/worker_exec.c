/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof-collect is linked with this in place of worker.c: memprof-symbols, beside it, is what
 * reads symbols.  Most ends find all names in the cache, and to load libdw and what it needs
 * takes longer than all else that such an end does.  memprof-symbols has no copy of our memory.
 */
#include "collector/symbols/worker.h"
#include "collector/symbols/worker_arguments.h"
#include "preload/own_file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN_FILE "/proc/self/exe"
#define PROGRAM  "memprof-symbols"

static bool find(char path[PATH_MAX])
{
    char own_path[PATH_MAX];
    struct stat status;
    struct own_file own;
    ssize_t length = readlink(OWN_FILE, own_path, PATH_MAX - sizeof(PROGRAM));
    if (length <= 0 || own_path[0] != '/' || stat(OWN_FILE, &status) != 0)
        return false;
    own_path[length] = '\0';
    own_file_init(&own, own_path, status.st_uid);
    strcpy(path, own_path);
    memcpy(strrchr(path, '/') + 1, PROGRAM, sizeof(PROGRAM));
    return own_file_trusts(&own, path) && access(path, X_OK) == 0;
}

bool symbol_worker_is_there(void)
{
    char path[PATH_MAX];
    return find(path);
}

/* Of the environment it gets what the loader needs to find its libraries. */
void symbol_worker_run(const struct confine_options *confinement, int fd)
{
    static const char library_path[] = "LD_LIBRARY_PATH=";
    char path[PATH_MAX], numbers[WORKER_ARGUMENTS][24], *argv[WORKER_ARGUMENTS + 1];
    char *environment[] = {NULL, NULL};
    const uint64_t values[WORKER_ARGUMENTS] = {
        [WORKER_FD] = (uint64_t)fd,          [WORKER_UID] = confinement->uid,
        [WORKER_GID] = confinement->gid,     [WORKER_DATA_BYTES] = confinement->data_bytes,
        [WORKER_CPU_S] = confinement->cpu_s,
    };
    if (!find(path) || fcntl(fd, F_SETFD, 0) != 0)
        _exit(1);
    for (int i = WORKER_FD; i < WORKER_ARGUMENTS; i++) {
        snprintf(numbers[i], sizeof(numbers[i]), "%" PRIu64, values[i]);
        argv[i] = numbers[i];
    }
    argv[WORKER_NAME] = path;
    argv[WORKER_ARGUMENTS] = NULL;
    for (char **variable = environ; *variable; variable++)
        if (strncmp(*variable, library_path, sizeof(library_path) - 1) == 0)
            environment[0] = *variable;
    execve(path, argv, environment);
    _exit(1);
}
