/* SPDX-License-Identifier: Apache-2.0
 *
 * A name that is free is taken by link(2), which fails when it is not.  An older profile
 * is swapped for the new one and looked at again: what came out must be what was to be
 * replaced, or it goes back.  So writers of one name need no lock, which a stranger could
 * hold, and a name that is turned in between costs nobody a file.
 */
#include "collector/output.h"
#include "collector/base/clean.h"
#include "collector/base/clock.h"
#include "collector/base/open_regular.h"
#include "collector/base/path.h"
#include "collector/output_name.h"
#include "collector/profile/gzip_writer.h"
#include "collector/state/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
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
    *output = (struct output){.directory = -1, .fd = -1, .pid = info->pid};
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

/* --- files --- */

static struct error *open_directory(struct output *output)
{
    const char *base = path_base(output->path);
    int length = (int)(base - output->path);
    char *directory;
    if (length == 0)
        directory = strdup(".");
    else
        directory = strndup(output->path, length == 1 ? 1 : (size_t)length - 1);
    if (!directory)
        return error_create("cannot write the profile: %s: out of memory", output->path);
    output->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct error *error = NULL;
    if (output->directory < 0)
        error = error_create_errno(errno, "cannot write the profile: directory %s", directory);
    free(directory);
    return error;
}

/* A file without a name leaves nothing behind when we are killed. */
static bool open_unnamed(struct output *output)
{
    output->fd = openat(output->directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (output->fd < 0)
        return false;
    snprintf(output->link, sizeof(output->link), "/proc/self/fd/%d", output->fd);
    if (access(output->link, F_OK) == 0)
        return true;
    close(output->fd); /* without /proc there is no way to give it a name */
    output->fd = -1;
    return false;
}

struct error *output_open(struct output *output)
{
    struct error *error = open_directory(output);
    if (error)
        return error;
    uint64_t random = clock_ns(CLOCK_REALTIME);
    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
        random ^= (uint64_t)getpid() << 32;
    snprintf(output->temporary, sizeof(output->temporary), ".memprof-%016llx.tmp",
             (unsigned long long)random);
    if (!open_unnamed(output)) {
        output->fd = openat(output->directory, output->temporary,
                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        output->has_temporary = output->fd >= 0;
    }
    if (output->fd < 0 || fchmod(output->fd, 0600) != 0) /* whatever the umask left of it */
        return error_create_errno(errno, "cannot write the profile: %s", output->path);
    return NULL;
}

/* --- taking a name --- */

/* Removes a name, if it is that file's. */
static bool remove_name(const struct output *output, const char *name, const struct stat *file)
{
    struct stat status;
    return fstatat(output->directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           status.st_dev == file->st_dev && status.st_ino == file->st_ino &&
           unlinkat(output->directory, name, 0) == 0;
}

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
    int fd = open_regular_at(output->directory, name, O_NOFOLLOW, status);
    if (fd < 0)
        return false;
    bool is_ours =
        status->st_size == 0 ||
        (pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) && gzip_writer_wrote(head));
    close(fd);
    return is_ours;
}

static uint64_t modified_ns(const struct stat *status)
{
    return (uint64_t)status->st_mtim.tv_sec * 1000000000 + (uint64_t)status->st_mtim.tv_nsec;
}

static enum target look_at(const struct output *output, const char *name, struct stat *status,
                           const char **why)
{
    if (fstatat(output->directory, name, status, AT_SYMLINK_NOFOLLOW) != 0)
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
        return output->may_replace && modified_ns(status) < output->fresh_from_ns ? TARGET_OLDER
                                                                                  : TARGET_KEPT;
    return TARGET_REFUSED;
}

/* Gives the file a name that nothing has; false with EEXIST if something has it. */
static bool take_free(struct output *output, const char *name)
{
    if (!output->has_temporary)
        return linkat(AT_FDCWD, output->link, output->directory, name, AT_SYMLINK_FOLLOW) == 0;
    if (renameat2(output->directory, output->temporary, output->directory, name,
                  RENAME_NOREPLACE) == 0) {
        output->has_temporary = false;
        return true;
    }
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (linkat(output->directory, output->temporary, output->directory, name, 0) != 0)
        return false;
    output->has_temporary = !remove_name(output, output->temporary, &output->status);
    return true;
}

/* For file systems that cannot exchange names: a plain rename, if nobody else can make files in
 * the directory. */
static bool replace_by_rename(struct output *output, const char *name, const struct stat *older)
{
    struct stat status;
    if (!state_file_directory_is_private(output->directory) ||
        fstatat(output->directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        status.st_dev != older->st_dev || status.st_ino != older->st_ino) {
        errno = EEXIST;
        return false;
    }
    if (renameat(output->directory, output->temporary, output->directory, name) != 0)
        return false;
    output->has_temporary = false;
    return true;
}

/* Puts the file in the place of `older`; false with EEXIST if another one came there. */
static bool replace(struct output *output, const char *name, const struct stat *older)
{
    if (!output->has_temporary) {
        if (linkat(AT_FDCWD, output->link, output->directory, output->temporary,
                   AT_SYMLINK_FOLLOW) != 0)
            return false;
        output->has_temporary = true;
    }
    if (renameat2(output->directory, output->temporary, output->directory, name, RENAME_EXCHANGE) !=
        0) {
        if (errno == EINVAL || errno == ENOSYS)
            return replace_by_rename(output, name, older);
        errno = errno == ENOENT ? EEXIST : errno; /* it went away: look again */
        return false;
    }
    if (remove_name(output, output->temporary, older)) {
        output->has_temporary = false;
        return true;
    }
    if (renameat2(output->directory, output->temporary, output->directory, name, RENAME_EXCHANGE) ==
        0)
        errno = EEXIST;
    else
        output->has_temporary = false; /* what is there now is not ours to remove */
    return false;
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
        bool is_taken =
            target == TARGET_FREE ? take_free(output, name) : replace(output, name, &status);
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

/* Closes the file.  False: something was not written. */
static bool close_file(struct output *output)
{
    int closed = output->fd >= 0 ? close(output->fd) : 0;
    output->fd = -1;
    return closed == 0 || errno == EINTR;
}

struct error *output_commit(struct output *output)
{
    /* The kernel would set the time of the last clock tick, which is too coarse to compare with. */
    const struct timespec times[2] = {{0, UTIME_OMIT},
                                      {(time_t)(clock_ns(CLOCK_REALTIME) / 1000000000),
                                       (long)(clock_ns(CLOCK_REALTIME) % 1000000000)}};
    futimens(output->fd, times);
    if (fstat(output->fd, &output->status) != 0 ||
        (output->has_temporary &&
         !close_file(output))) /* a file without a name is reached by its descriptor alone */
        return error_create_errno(errno, "cannot write the profile: %s", output->path);
    struct error *error = take_name(output);
    if (!close_file(output) && !error)
        error = error_create_errno(errno, "cannot write the profile: %s", output->path);
    return error;
}

void output_deinit(struct output *output)
{
    if (output->has_temporary && output->fd >= 0)
        fstat(output->fd, &output->status);
    if (output->has_temporary)
        remove_name(output, output->temporary, &output->status);
    if (output->fd >= 0)
        close(output->fd);
    if (output->directory >= 0)
        close(output->directory);
    free(output->path);
    *output = (struct output){.directory = -1, .fd = -1};
}
