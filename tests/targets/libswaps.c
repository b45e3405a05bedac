/* SPDX-License-Identifier: Apache-2.0
 * build: -ldl -fno-builtin
 *
 * Preloaded into the collector: before the SWAP_AT-th call that takes a name or a directory,
 * somebody swaps SWAP_ONE and SWAP_OTHER.  SWAP_MARK is made when it comes to that.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

static void step(void)
{
    static int seen;
    if (!getenv("SWAP_AT") || ++seen != atoi(getenv("SWAP_AT")))
        return;
    syscall(SYS_renameat2, AT_FDCWD, getenv("SWAP_ONE"), AT_FDCWD, getenv("SWAP_OTHER"),
            RENAME_EXCHANGE);
    syscall(SYS_close,
            syscall(SYS_openat, AT_FDCWD, getenv("SWAP_MARK"), O_CREAT | O_WRONLY, 0600));
}

int open(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = va_arg(list, mode_t);
    va_end(list);
    step();
    return NEXT(open)(path, flags, mode);
}
int openat(int fd, const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = va_arg(list, mode_t);
    va_end(list);
    step();
    return NEXT(openat)(fd, path, flags, mode);
}
DIR *opendir(const char *path)
{
    step();
    return NEXT(opendir)(path);
}
int stat(const char *path, struct stat *status)
{
    step();
    return NEXT(stat)(path, status);
}
int lstat(const char *path, struct stat *status)
{
    step();
    return NEXT(lstat)(path, status);
}
int fstatat(int fd, const char *path, struct stat *status, int flags)
{
    step();
    return NEXT(fstatat)(fd, path, status, flags);
}
int flock(int fd, int operation)
{
    step();
    return NEXT(flock)(fd, operation);
}
int unlink(const char *path)
{
    step();
    return NEXT(unlink)(path);
}
int unlinkat(int fd, const char *path, int flags)
{
    step();
    return NEXT(unlinkat)(fd, path, flags);
}
int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
    step();
    return NEXT(linkat)(from_fd, from, to_fd, to, flags);
}
int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    step();
    return NEXT(renameat)(from_fd, from, to_fd, to);
}
int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
    step();
    return NEXT(renameat2)(from_fd, from, to_fd, to, flags);
}
