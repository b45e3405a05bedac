/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/save.h"

#include "collector/naming.h"
#include "collector/output.h"
#include "collector/profile/pprof_encode.h"
#include "collector/state/file.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct error *save_profile(const struct profile *profile, const struct state_info *info,
                           const char *template, struct save_file *file)
{
    /* Who asks for a file by name means the one that is there. */
    const struct naming naming = {
        .template = template, .fresh_from_ns = UINT64_MAX, .may_replace = true};
    struct output output;
    sigset_t all, before;
    /* Over a file size limit, write() is to fail and not to end us. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, size_before;
    sigaction(SIGXFSZ, &ignore, &size_before);
    struct error *error = output_init(&output, info, &naming);
    if (!error)
        error = output_open(&output);
    /* What has a temporary name is removed by us alone. */
    sigfillset(&all);
    bool is_nameless = !error && !output.file.has_temporary;
    if (!is_nameless)
        pthread_sigmask(SIG_BLOCK, &all, &before);
    if (!error)
        error = pprof_encode(profile, output.file.fd, output.path, NULL, NULL);
    if (is_nameless)
        pthread_sigmask(SIG_BLOCK, &all, &before);
    if (!error)
        error = output_commit(&output);
    if (!error) {
        *file =
            (struct save_file){output.path, output.file.status.st_dev, output.file.status.st_ino};
        output.path = NULL;
    }
    output_deinit(&output);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGXFSZ, &size_before, NULL);
    return error;
}

void save_file_forget(struct save_file *file)
{
    free(file->path);
    *file = (struct save_file){0};
}

void save_file_remove(struct save_file *file)
{
    const char *name;
    const struct stat expected = {.st_dev = file->device, .st_ino = file->inode};
    int directory = file->path ? state_file_open_directory(file->path, &name) : -1;
    if (directory >= 0) {
        state_file_remove(directory, name, &expected);
        close(directory);
    }
    save_file_forget(file);
}
