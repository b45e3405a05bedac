/* SPDX-License-Identifier: Apache-2.0
 *
 * A directory is used only if it is a real one, ours, and closed to others: a
 * squatted one could make us write where somebody else wants it.
 */
#include "preload/place.h"
#include "preload/config.h"
#include "preload/log.h"
#include "preload/random.h"
#include "preload/state.h"
#include "preload/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define ROOM_LEAST (1024u * 1024u)

/* Given directories may be anybody's choice of mode; the default ones, which lie
 * in places where everybody writes, must be private. */
static bool usable_directory(const char *dir, bool given)
{
    struct stat st;
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return false;
    if (lstat(dir, &st) != 0)
        return false;
    if (given && S_ISLNK(st.st_mode) && st.st_uid == geteuid() && stat(dir, &st) != 0)
        return false;
    if (!S_ISDIR(st.st_mode)) {
        errno = ENOTDIR;
        return false;
    }
    if (st.st_uid != geteuid() || (st.st_mode & (given ? 0022 : 0077)) != 0) {
        errno = EPERM;
        return false;
    }
    return true;
}

static int create_in(const char *dir, bool given, pid_t pid, char *path, size_t path_bytes)
{
    if (!usable_directory(dir, given))
        return -1;
    const char *slash = strrchr(config.exe, '/');
    for (int attempt = 0; attempt < 8; attempt++) {
        struct text name = {path, path_bytes, 0};
        text_add(&name, dir);
        text_add(&name, "/");
        text_add_cut(&name, slash ? slash + 1 : config.exe, 100);
        text_add(&name, ".");
        text_add_number(&name, (uint64_t)pid, 10, 1);
        text_add(&name, ".");
        text_add_number(&name, random_u64(), 16, 16);
        text_add(&name, STATE_NAME_SUFFIX);
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* /dev/shm is 64 MiB in many a container, and others fill it. */
static bool has_room(int fd)
{
    struct statvfs fs;
    return fstatvfs(fd, &fs) != 0 || fs.f_blocks == 0 || fs.f_bavail * fs.f_bsize >= ROOM_LEAST;
}

static const char *temporary(void)
{
    return config.temporary[0] ? config.temporary : "/tmp";
}

int place_create_file(pid_t pid, char *path, size_t path_bytes)
{
    /* Not on the stack, which may be small; one thread prepares the state. */
    static char dir[CONFIG_PATH_MAX];
    if (config.dir[0])
        return create_in(config.dir, true, pid, path, path_bytes);
    const char *bases[] = {"/dev/shm", temporary()};
    int fd = -1;
    for (int i = 0; i < 2 && fd < 0; i++) {
        struct text name = {dir, sizeof dir, 0};
        text_add(&name, bases[i]);
        text_add(&name, "/memprof-");
        text_add_number(&name, (uint64_t)geteuid(), 10, 1);
        fd = create_in(dir, false, pid, path, path_bytes);
        if (i == 0 && fd >= 0 && !has_room(fd)) {
            unlink(path);
            close(fd);
            fd = -1;
        }
    }
    return fd;
}

void place_say_none(int error)
{
    if (config.dir[0])
        log_line("cannot keep a state in MEMPROF_DIR: ", config.dir, ": ", strerrordesc_np(error),
                 "; nothing is recorded (the directory must exist or be creatable, be yours, and"
                 " not be writable by others)",
                 NULL);
    else
        log_line("no place for a state: neither /dev/shm nor ", temporary(),
                 " can hold a private directory memprof-UID: ", strerrordesc_np(error),
                 "; nothing is recorded (set MEMPROF_DIR)", NULL);
}
