/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/output.h"
#include "collector/base/age.h"
#include "collector/base/clean.h"
#include "collector/base/clock.h"
#include "collector/base/open_regular.h"
#include "collector/base/path.h"
#include "collector/output_name.h"
#include "collector/profile/gzip_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NAMES_MAX 10000

/* --- names --- */

/* The n-th name to try: NAME, NAME.PID, NAME.PID.2, ...; or NAME, NAME.2, ... when
 * the process is in it. */
static char *candidate(const struct output *output, const char *base, unsigned n)
{
    char *name;
    int length;
    if (n == 0)
        return strdup(base);
    if (output->names_pid)
        length = asprintf(&name, "%s.%u", base, n + 1);
    else if (n == 1)
        length = asprintf(&name, "%s.%u", base, output->pid);
    else
        length = asprintf(&name, "%s.%u.%u", base, output->pid, n);
    return length < 0 ? NULL : name;
}

struct error *output_init(struct output *output, const struct state_info *info,
                          const struct naming *naming)
{
    *output = (struct output){.file = NEW_FILE_NONE, .pid = info->pid};
    char *name =
        naming->is_whole ? strdup(naming->template) : output_expand(naming->template, info);
    if (name && name[0] != '/' && naming->directory) {
        char *absolute;
        if (asprintf(&absolute, "%s/%s",
                     strcmp(naming->directory, "/") == 0 ? "" : naming->directory, name) < 0)
            absolute = NULL;
        free(name);
        name = absolute;
    }
    output->path = name;
    output->names_pid = naming->is_whole || naming_has(naming->template, 'p');
    output->is_later = naming->is_later && !naming->is_whole; /* a whole name has the pid already */
    output->may_replace = naming->may_replace;
    output->fresh_from_ns = naming->fresh_from_ns;
    if (!name)
        return error_create("cannot write the profile: out of memory");
    if (!*path_base(name))
        return error_create("cannot write the profile: %s: it names no file", name);
    return NULL;
}

struct error *output_open(struct output *output)
{
    if (!new_file_open_directory(&output->file, output->path)) {
        int length = (int)(path_base(output->path) - output->path);
        return error_create_errno(errno, "cannot write the profile: directory %.*s",
                                  length > 1 ? length - 1 : 1, length ? output->path : ".");
    }
    if (!new_file_create(&output->file, 0600) ||
        fchmod(output->file.fd, 0600) != 0) /* whatever the umask left of it */
        return error_create_errno(errno, "cannot write the profile: %s", output->path);
    return NULL;
}

/* --- taking a name --- */

enum target {
    TARGET_FREE,  /* nothing there */
    TARGET_OLDER, /* an older profile of ours, which may be replaced */
    TARGET_KEPT,  /* a profile that must stay, or a file that came while we looked */
    TARGET_REFUSED,
};

/* Is it a profile that we wrote, or empty, as mktemp makes it? */
static bool is_profile(const struct output *output, const char *name, struct stat *status)
{
    unsigned char head[GZIP_WRITER_HEAD_BYTES];
    int fd = open_regular_at(output->file.directory, name, O_NOFOLLOW, status);
    if (fd < 0)
        return false;
    bool is_ours =
        status->st_size == 0 ||
        (pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) && gzip_writer_wrote(head));
    close(fd);
    return is_ours;
}

static enum target look_at(const struct output *output, const char *name, struct stat *status,
                           const char **why)
{
    if (fstatat(output->file.directory, name, status, AT_SYMLINK_NOFOLLOW) != 0)
        return TARGET_FREE;
    if (S_ISLNK(status->st_mode))
        *why = "it is a symbolic link";
    else if (!S_ISREG(status->st_mode))
        *why = "it is not a regular file";
    else if (status->st_uid != geteuid())
        *why = "it belongs to another user";
    else if (!is_profile(output, name, status))
        *why = "it is there already, and no profile of memprof's; remove it or choose another name";
    else
        return output->may_replace && (uint64_t)age_written_ns(status) < output->fresh_from_ns
                   ? TARGET_OLDER
                   : TARGET_KEPT;
    return TARGET_REFUSED;
}

/* Takes NAME, if it may. */
static enum target take(struct output *output, const char *path, struct error **error)
{
    const char *why = NULL, *name = path_base(path);
    struct stat status;
    enum target target = look_at(output, name, &status, &why);
    if (target == TARGET_REFUSED) {
        *error = error_create("cannot write the profile: %s: %s", path, why);
    } else if (target != TARGET_KEPT) {
        bool is_taken = target == TARGET_FREE ? new_file_take(&output->file, name)
                                              : new_file_replace(&output->file, name, &status);
        if (!is_taken && errno == EEXIST)
            return TARGET_KEPT;
        if (!is_taken)
            *error = error_create_errno(errno, "cannot write the profile: %s", path);
    }
    return target;
}

/* The first name that may be taken becomes output->path. */
static struct error *take_name(struct output *output)
{
    unsigned first = output->is_later && !output->names_pid ? 1 : 0;
    for (unsigned n = first; n < NAMES_MAX; n++) {
        struct error *error = NULL;
        char *path = candidate(output, output->path, n);
        if (!path)
            return error_create("cannot write the profile: %s: out of memory", output->path);
        enum target target = take(output, path, &error);
        if (!error && target != TARGET_KEPT) {
            free(output->path);
            output->path = path;
            return NULL;
        }
        free(path);
        if (error)
            return error;
    }
    return error_create("cannot write the profile: %s: too many profiles of this name",
                        output->path);
}

struct error *output_commit(struct output *output)
{
    /* The kernel would set the time of the last clock tick, which is too coarse to compare with. */
    const struct timespec times[2] = {{0, UTIME_OMIT},
                                      {(time_t)(clock_ns(CLOCK_REALTIME) / 1000000000),
                                       (long)(clock_ns(CLOCK_REALTIME) % 1000000000)}};
    futimens(output->file.fd, times);
    if (!new_file_finish(&output->file))
        return error_create_errno(errno, "cannot write the profile: %s", output->path);
    struct error *error = take_name(output);
    if (!new_file_close(&output->file) && !error)
        error = error_create_errno(errno, "cannot write the profile: %s", output->path);
    return error;
}

void output_deinit(struct output *output)
{
    new_file_deinit(&output->file);
    free(output->path);
    output->path = NULL;
}
