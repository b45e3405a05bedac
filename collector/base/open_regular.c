/* SPDX-License-Identifier: Apache-2.0
 *
 * An O_PATH descriptor names a file without opening it.  The file is then opened through
 * /proc/self/fd, so it cannot be swapped in between; without /proc it is opened by name again
 * and compared.
 */
#include "collector/base/open_regular.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READ_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

int open_above_standard(int fd)
{
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int saved = errno;
    close(fd);
    errno = saved;
    return moved;
}

void open_standard_descriptors(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR | O_NOCTTY);
        if (fd < 0) /* nothing can be read from or written to this one */
            fd = open("/", O_PATH);
    } while (fd >= 0 && fd < STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* 0, or the errno that says why this file is not opened. */
static int fault_of(const struct stat *status)
{
    if (S_ISREG(status->st_mode))
        return 0;
    if (S_ISLNK(status->st_mode))
        return ELOOP;
    return S_ISDIR(status->st_mode) ? EISDIR : ENODEV;
}

/* -1 with ENOENT where there is no /proc. */
int open_regular_again(int path_fd, struct stat *status)
{
    struct stat local;
    char link[64];
    if (!status)
        status = &local;
    if (fstat(path_fd, status) != 0)
        return -1;
    errno = fault_of(status);
    if (errno)
        return -1;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", path_fd);
    return open_above_standard(open(link, READ_FLAGS));
}

/* For systems without /proc: by name, and it must be the same file. */
static int open_compared(int directory, const char *name, int flags, const struct stat *wanted)
{
    struct stat status;
    int fd = open_above_standard(openat(directory, name, READ_FLAGS | flags));
    if (fd < 0)
        return -1;
    if (fstat(fd, &status) == 0 && status.st_dev == wanted->st_dev &&
        status.st_ino == wanted->st_ino)
        return fd;
    close(fd);
    errno = ESTALE;
    return -1;
}

int open_regular_at(int directory, const char *name, int flags, struct stat *status)
{
    struct stat local;
    if (!status)
        status = &local;
    int path_fd = openat(directory, name, O_PATH | O_CLOEXEC | flags);
    if (path_fd < 0)
        return -1;
    int fd = open_regular_again(path_fd, status);
    int saved = errno;
    close(path_fd);
    if (fd < 0 && saved == ENOENT && access("/proc/self/fd", F_OK) != 0)
        return open_compared(directory, name, flags, status);
    errno = saved;
    return fd;
}

int open_regular(const char *path, int flags, struct stat *status)
{
    return open_regular_at(AT_FDCWD, path, flags, status);
}

struct error *open_regular_error(int number, const char *format, ...)
{
    char *what = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&what, format, arguments) < 0)
        what = NULL;
    va_end(arguments);
    if (!what)
        return error_no_memory();
    struct error *error = number == ELOOP ? error_create("%s: it is a symbolic link", what)
                          : number == ENODEV || number == EISDIR
                              ? error_create("%s: it is not a regular file", what)
                              : error_create_errno(number, "%s", what);
    free(what);
    return error;
}

/* --- in another root directory --- */

static bool is_same(const char *ours, const char *theirs)
{
    struct stat a, b;
    return stat(ours, &a) == 0 && stat(theirs, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

void process_root_open(struct process_root *root, int pid)
{
    char path[64], namespace[64];
    *root = (struct process_root){.fd = -1};
    if (pid <= 0)
        return;
    snprintf(path, sizeof(path), "/proc/%d/root", pid);
    snprintf(namespace, sizeof(namespace), "/proc/%d/ns/mnt", pid);
    /* One root directory in two mount namespaces may have other things mounted in it. */
    if (is_same("/", path) && is_same("/proc/self/ns/mnt", namespace))
        return;
    root->is_foreign = 1;
    root->fd = open_above_standard(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

void process_root_close(struct process_root *root)
{
    if (root->fd >= 0)
        close(root->fd);
    root->fd = -1;
}

int open_regular_in_root(const struct process_root *root, const char *path, int flags,
                         struct stat *status)
{
    struct open_how how = {.flags = (uint64_t)(O_PATH | O_CLOEXEC | flags),
                           .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    if (root->fd < 0) {
        errno = ENOENT;
        return -1;
    }
    int path_fd = (int)syscall(SYS_openat2, root->fd, path, &how, sizeof(how));
    if (path_fd < 0)
        return -1;
    int fd = open_regular_again(path_fd, status);
    int saved = errno;
    close(path_fd);
    errno = saved;
    return fd;
}
