/* SPDX-License-Identifier: Apache-2.0
 *
 * Formats: the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
 * Version 2 and the memory controller of version 1 differ in names alone.
 */
#include "preload/process/room.h"
#include "preload/base/sys.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define CONTENT_MOST 8192
#define PATH_MOST    4352

/* Not on the stack, which may be small. */
static char content[CONTENT_MOST + 64], group[4096], path[PATH_MOST];

struct hierarchy {
    const char *line; /* how its line in /proc/self/cgroup begins, after the number */
    const char *mount, *limit, *usage;
    const char *reclaimable[2]; /* lines of memory.stat */
};

static const struct hierarchy version_1 = {":memory:",
                                           "/sys/fs/cgroup/memory",
                                           "memory.limit_in_bytes",
                                           "memory.usage_in_bytes",
                                           {"total_inactive_file ", "total_active_file "}};
static const struct hierarchy version_2 = {
    "::", "/sys/fs/cgroup", "memory.max", "memory.current", {"inactive_file ", "active_file "}};

/* The file's content, NUL-terminated, in `content`. */
static bool read_file(const char *name)
{
    long fd = SYS(openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    long got = 0, length = 0;
    if (fd < 0)
        return false;
    while (length < CONTENT_MOST &&
           (got = SYS(read, fd, content + length, CONTENT_MOST - length)) > 0)
        length += got;
    SYS(close, fd);
    content[length] = '\0';
    return got >= 0;
}

static bool begins(const char *text, const char *with)
{
    return memcmp(text, with, strlen(with)) == 0; /* `content` ends long after its text */
}

/* The decimal number there; no digit ("max"): unlimited. */
static uint64_t number_at(const char *text)
{
    uint64_t number = 0;
    if (*text < '0' || *text > '9')
        return ROOM_UNLIMITED;
    for (; *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (uint64_t)(*text - '0');
    return number;
}

static void add(size_t *length, const char *text)
{
    for (; *text && *length < sizeof path - 1; text++)
        path[(*length)++] = *text;
    path[*length] = '\0';
}

static bool read_in_group(const struct hierarchy *h, const char *name)
{
    size_t length = 0;
    add(&length, h->mount);
    add(&length, group);
    add(&length, "/");
    add(&length, name);
    return read_file(path);
}

static uint64_t reclaimable(const struct hierarchy *h)
{
    uint64_t bytes = 0;
    if (!read_in_group(h, "memory.stat"))
        return 0;
    for (const char *line = content; *line;) {
        for (int i = 0; i < 2; i++)
            if (begins(line, h->reclaimable[i]))
                bytes += number_at(line + strlen(h->reclaimable[i]));
        while (*line && *line++ != '\n')
            ;
    }
    return bytes;
}

/* What is left in the group named by `group`. */
static uint64_t room_here(const struct hierarchy *h)
{
    if (!read_in_group(h, h->limit))
        return ROOM_UNLIMITED;
    uint64_t limit = number_at(content);
    if (limit >= UINT64_C(1) << 62 || !read_in_group(h, h->usage))
        return ROOM_UNLIMITED;
    uint64_t usage = number_at(content), files = reclaimable(h);
    uint64_t held = files < usage ? usage - files : 0;
    return held < limit ? limit - held : 0;
}

/* Stores the path of this process's group in the hierarchy into `group`, without a slash at the
 * end. */
static bool find_group(const struct hierarchy *h)
{
    if (!read_file("/proc/self/cgroup"))
        return false;
    for (const char *at = content; *at; at++) {
        while (*at >= '0' && *at <= '9')
            at++;
        if (begins(at, h->line)) {
            size_t length = 0;
            for (at += strlen(h->line); *at && *at != '\n' && length < sizeof group - 1; at++)
                group[length++] = *at;
            while (length > 0 && group[length - 1] == '/')
                length--;
            group[length] = '\0';
            return true;
        }
        while (*at && *at != '\n')
            at++;
        if (!*at)
            break;
    }
    return false;
}

/* The smallest room of the group and of all groups around it. */
static uint64_t room_in(const struct hierarchy *h)
{
    uint64_t least = ROOM_UNLIMITED;
    if (!find_group(h))
        return least;
    for (size_t length = strlen(group);;) {
        uint64_t room = room_here(h);
        if (room < least)
            least = room;
        if (length == 0)
            return least;
        while (length > 0 && group[--length] != '/')
            ;
        group[length] = '\0';
    }
}

uint64_t room_in_cgroup(void)
{
    uint64_t room_1 = room_in(&version_1), room_2 = room_in(&version_2);
    return room_1 < room_2 ? room_1 : room_2;
}
