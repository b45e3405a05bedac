/* SPDX-License-Identifier: Apache-2.0
 *
 * /proc/thread-self/maps tells device, inode and name (/proc/self/maps is empty once the process's
 * first thread has ended).  On overlayfs and btrfs its device is not the one that stat tells; there
 * the file is compared by the name that the kernel has for the mapping.
 */
#include "preload/process/module_file.h"
#include "preload/arena.h"
#include "preload/base/stat.h"
#include "preload/base/sys.h"
#include "preload/process/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>

/* A line at a time from a small buffer; not on the stack, of which a piece may be small. */
struct map_reader {
    long fd;
    size_t at, fill;
    char buffer[1024];
    char path[CONFIG_PATH_MAX]; /* of the mapping */
};

/* -1: the end. */
static int next_byte(struct map_reader *reader)
{
    if (reader->at == reader->fill) {
        long got;
        do
            got = SYS(read, reader->fd, reader->buffer, sizeof reader->buffer);
        while (got == -EINTR);
        if (got <= 0)
            return -1;
        reader->at = 0;
        reader->fill = (size_t)got;
    }
    return (unsigned char)reader->buffer[reader->at++];
}

/* A number, and what ended it. */
static uint64_t take_number(struct map_reader *reader, unsigned base, int *end)
{
    uint64_t value = 0;
    for (;;) {
        int byte = next_byte(reader);
        unsigned digit = byte >= '0' && byte <= '9'   ? (unsigned)byte - '0'
                         : byte >= 'a' && byte <= 'f' ? (unsigned)byte - 'a' + 10
                                                      : base;
        if (digit >= base) {
            *end = byte;
            return value;
        }
        value = value * base + digit;
    }
}

static void skip_to(struct map_reader *reader, int wanted)
{
    int byte;
    do
        byte = next_byte(reader);
    while (byte >= 0 && byte != wanted);
}

static void take_path(struct map_reader *reader)
{
    size_t length = 0;
    for (int byte = next_byte(reader); byte >= 0 && byte != '\n'; byte = next_byte(reader))
        if ((byte != ' ' || length > 0) && length < sizeof reader->path - 1)
            reader->path[length++] = (char)byte;
    reader->path[length] = '\0';
}

/* Reads the line of the mapping at `address`; false: there is none. */
static bool find_mapping(struct map_reader *reader, uintptr_t address, dev_t *device,
                         uint64_t *inode)
{
    int end = 0;
    for (;;) {
        uint64_t start = take_number(reader, 16, &end);
        if (end != '-')
            return false;
        uint64_t limit = take_number(reader, 16, &end);
        if (address >= start && address < limit)
            break;
        skip_to(reader, '\n');
    }
    skip_to(reader, ' '); /* the permissions, */
    skip_to(reader, ' '); /* the offset */
    uint64_t major = take_number(reader, 16, &end), minor = take_number(reader, 16, &end);
    *device = makedev((unsigned)major, (unsigned)minor);
    *inode = take_number(reader, 10, &end);
    if (end == ' ')
        take_path(reader);
    return true;
}

/* While the file is read, another thread of the target may close or replace descriptors that it
 * finds.  So ours gets a number far from those of the program. */
static long open_maps(void)
{
    struct rlimit most;
    bool is_few = SYS(prlimit64, 0, RLIMIT_NOFILE, NULL, &most) == 0 && most.rlim_cur < 2000;
    long fd = SYS(openat, AT_FDCWD, "/proc/thread-self/maps", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fd;
    long far = SYS(fcntl, fd, F_DUPFD_CLOEXEC, is_few ? most.rlim_cur / 2 : 1000);
    SYS(close, fd);
    return far;
}

bool module_file_is_mapped(uintptr_t address, const struct stat *file)
{
    struct map_reader *reader = arena_alloc(sizeof *reader, 8);
    struct stat there;
    dev_t device;
    uint64_t inode;
    if (!reader)
        return false;
    reader->fd = open_maps();
    if (reader->fd < 0)
        return false;
    bool is_found = find_mapping(reader, address, &device, &inode);
    SYS(close, reader->fd);
    if (!is_found)
        return false;
    if (device == file->st_dev && inode == file->st_ino)
        return true;
    /* A file that is gone is "... (deleted)" there. */
    return reader->path[0] == '/' && stat_path(reader->path, &there) &&
           there.st_dev == file->st_dev && there.st_ino == file->st_ino;
}
