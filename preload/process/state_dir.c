/* SPDX-License-Identifier: Apache-2.0
 *
 * A directory is used only if it is a real one, ours, and closed to others: a
 * squatted one could make us write where somebody else wants it.  Who we are and whose it is
 * comes from the kernel: what fakeroot says of both is not so for other processes.
 */
#include "preload/process/state_dir.h"
#include "preload/base/random.h"
#include "preload/base/sys.h"
#include "preload/base/text.h"
#include "preload/process/config.h"
#include "preload/process/log.h"
#include "preload/process/quota.h"
#include "preload/state_files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define ROOM_LEAST     (1024u * 1024u)
#define PR_GET_SECCOMP 21 /* sys/prctl.h would declare prctl variadic */
#ifndef SYS_fchmodat2     /* Linux 6.6 */
#define SYS_fchmodat2 452
#endif

/* What was tried in vain: "mkdir DIRECTORY: reason; ...". */
static char failures[320];
static bool is_full; /* of states */

/* Notes that `call` failed on `name`; false, for the caller to return, and errno. */
static bool failed(const char *call, const char *name, int error, const char *reason)
{
    struct text text = {failures, sizeof failures, strlen(failures)};
    if (text.length)
        text_add(&text, "; ");
    text_add(&text, call);
    text_add(&text, " ");
    text_add_cut(&text, name, 160);
    text_add(&text, ": ");
    text_add(&text, reason ? reason : log_reason(error));
    errno = error;
    return false;
}

static uint32_t own_uid(void)
{
    return (uint32_t)SYS(geteuid);
}

/* 0, or an error. */
static int look_at(int fd, const char *name, int flags, struct stat *st)
{
    return (int)-SYS(newfstatat, fd, name, st, flags);
}

/* The umask took permissions of its owner from a directory that we made, now or in another
 * process.  By a descriptor: it is what was looked at that gets them back.  0, or an error. */
static int mend(const char *dir, const struct stat *seen)
{
    char name[48];
    struct stat st;
    struct text text = {name, sizeof name, 0};
    long mode = (seen->st_mode & 07777) | 0700;
    long fd = SYS(openat, AT_FDCWD, dir, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0)
        return (int)-fd;
    text_add(&text, "/proc/thread-self/fd/");
    text_add_number(&text, (uint64_t)fd, 10, 1);
    long result = -EPERM;
    if (look_at((int)fd, "", AT_EMPTY_PATH, &st) == 0 && st.st_dev == seen->st_dev &&
        st.st_ino == seen->st_ino) {
        result = SYS(fchmodat, AT_FDCWD, name, mode);
        if (result == -ENOENT) /* no /proc */
            result = SYS(fchmodat2, fd, "", mode, AT_EMPTY_PATH);
    }
    SYS(close, fd);
    return (int)-result;
}

/* Makes the directory if it is missing, and looks at what is there. */
static bool usable_directory(const char *dir, bool given)
{
    struct stat st;
    int error;
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return failed("mkdir", dir, errno, NULL);
    error = look_at(AT_FDCWD, dir, AT_SYMLINK_NOFOLLOW, &st);
    if (!error && state_dir_follows(&st, own_uid(), given))
        error = look_at(AT_FDCWD, dir, 0, &st);
    if (error)
        return failed("stat", dir, error, NULL);
    switch (state_dir_look(&st, own_uid(), given)) {
    case STATE_DIR_NONE:
        return failed("use", dir, ENOTDIR, NULL);
    case STATE_DIR_FOREIGN:
        return failed("use", dir, EACCES, "it belongs to another user");
    case STATE_DIR_OPEN:
        return failed("use", dir, EPERM, "it is open to others");
    case STATE_DIR_USABLE:
        break;
    }
    if ((st.st_mode & 0700) != 0700 && (error = mend(dir, &st)) != 0)
        return failed("chmod", dir, error, NULL);
    return true;
}

static int create_in(const char *dir, bool given, pid_t pid, char *path, size_t path_bytes)
{
    if (!usable_directory(dir, given))
        return -1;
    if (!given && !quota_allows(dir)) {
        is_full = true;
        failed("use", dir, errno, "too many states lie there");
        return -1;
    }
    for (int attempt = 0; attempt < 8; attempt++) {
        struct text name = {path, path_bytes, 0};
        text_add(&name, dir);
        text_add(&name, "/");
        state_name_begin(&name, config_program(), (uint32_t)pid);
        state_name_end(&name, random_u64());
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0) {
            SYS(fchmod, fd, 0600); /* whatever the umask left of it */
            return fd;
        }
        if (errno != EEXIST)
            break;
    }
    failed("open a file in", dir, errno, NULL);
    return -1;
}

/* /dev/shm is 64 MiB in many a container, and others fill it. */
static bool has_room(int fd)
{
    struct statvfs fs;
    return fstatvfs(fd, &fs) != 0 || fs.f_blocks == 0 || fs.f_bavail * fs.f_bsize >= ROOM_LEAST;
}

static int create_in_default(pid_t pid, char *path, size_t path_bytes)
{
    /* Not on the stack, which may be small; one thread prepares the state. */
    static char dir[CONFIG_PATH_MAX];
    int fd = -1;
    for (unsigned i = 0; i < STATE_DIRS_DEFAULT && fd < 0; i++) {
        struct text name = {dir, sizeof dir, 0};
        state_dir_default(&name, i, config.temporary, own_uid());
        fd = create_in(dir, false, pid, path, path_bytes);
        if (i == 0 && fd >= 0 && !has_room(fd)) {
            unlink(path);
            close(fd);
            failed("use", dir, ENOSPC, NULL);
            fd = -1;
        }
    }
    return fd;
}

int state_dir_create_file(pid_t pid, char *path, size_t path_bytes)
{
    failures[0] = '\0';
    is_full = false;
    if (!config.dir[0])
        return create_in_default(pid, path, path_bytes);
    int fd = create_in(config.dir, true, pid, path, path_bytes);
    /* It is another user's: privileges were dropped, here or before an exec.  All else is a
     * mistake in what was asked for. */
    if (fd < 0 && (errno == EACCES || errno == EROFS))
        fd = create_in_default(pid, path, path_bytes);
    return fd;
}

void state_dir_say_elsewhere(const char *path)
{
    bool dropped = config.uid != own_uid();
    if (config.run_id && dropped)
        log_line(
            "privileges were dropped: the state is ", path,
            ", where `memprof run` does not look (`memprof collect FILE` makes a profile of it)",
            NULL);
    else if (config.dir[0] && failures[0] && (config.verbose || !dropped))
        log_line("MEMPROF_DIR cannot be used: ", failures, "; the state is ", path,
                 " (give a directory that is yours)", NULL);
}

const char *state_dir_advice(int error)
{
    if (error == EMFILE || error == ENFILE)
        return "raise the limit on open files, ulimit -n";
    if (error == EDQUOT && is_full)
        return "`memprof collect` lists them, --all or --prune removes those of dead processes";
    if (SYS(prctl, PR_GET_SECCOMP) == SECCOMP_MODE_FILTER)
        return "a seccomp filter is in force: it must allow openat, newfstatat, mkdir, ftruncate,"
               " mmap and madvise";
    return NULL;
}

void state_dir_say_none(int error)
{
    const char *advice = state_dir_advice(error);
    if (!advice)
        advice = config.dir[0] ? "MEMPROF_DIR must exist or be creatable, be yours, and not be"
                                 " writable by others"
                               : "set MEMPROF_DIR to a directory of yours";
    log_line("cannot keep a state: ", failures, "; nothing is recorded (", advice, ")", NULL);
}
