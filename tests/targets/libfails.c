/* SPDX-License-Identifier: Apache-2.0
 * build: -ldl -fno-builtin
 *
 * Preloaded into the collector: the FAIL_AT-th call of those that FAIL_WHAT names (memory,
 * read, write, open, map, rename) fails, once (FAIL_FOREVER=1: and all after it).
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);

/* Counts a call; says whether it is the one. */
static int fails(const char *what)
{
    static int at = -1, seen;
    const char *wanted = getenv("FAIL_WHAT");
    if (!wanted || strcmp(wanted, what) != 0)
        return 0;
    if (at < 0)
        at = atoi(getenv("FAIL_AT"));
    seen++;
    return seen == at || (seen > at && getenv("FAIL_FOREVER"));
}
#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))
#define FAIL(what, error, result)                                                                  \
    if (fails(what)) {                                                                             \
        errno = (error);                                                                           \
        return (result);                                                                           \
    }

void *malloc(size_t size)
{
    FAIL("memory", ENOMEM, NULL);
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    FAIL("memory", ENOMEM, NULL);
    return __libc_calloc(count, size);
}
void *realloc(void *block, size_t size)
{
    FAIL("memory", ENOMEM, NULL);
    return __libc_realloc(block, size);
}
ssize_t read(int fd, void *buffer, size_t size)
{
    FAIL("read", EIO, -1);
    return NEXT(read)(fd, buffer, size);
}
ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
    FAIL("read", EIO, -1);
    return NEXT(pread)(fd, buffer, size, offset);
}
ssize_t write(int fd, const void *buffer, size_t size)
{
    FAIL("write", ENOSPC, -1);
    return NEXT(write)(fd, buffer, size);
}
int open(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = va_arg(list, mode_t);
    va_end(list);
    FAIL("open", EMFILE, -1);
    return NEXT(open)(path, flags, mode);
}
int openat(int fd, const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = va_arg(list, mode_t);
    va_end(list);
    FAIL("open", EMFILE, -1);
    return NEXT(openat)(fd, path, flags, mode);
}
void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    FAIL("map", ENOMEM, MAP_FAILED);
    return NEXT(mmap)(address, size, protection, flags, fd, offset);
}
int rename(const char *from, const char *to)
{
    FAIL("rename", EACCES, -1);
    return NEXT(rename)(from, to);
}
int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
    FAIL("rename", EACCES, -1);
    return NEXT(linkat)(from_fd, from, to_fd, to, flags);
}
int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
    FAIL("rename", EACCES, -1);
    return NEXT(renameat2)(from_fd, from, to_fd, to, flags);
}
int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    FAIL("rename", EACCES, -1);
    return NEXT(renameat)(from_fd, from, to_fd, to);
}
