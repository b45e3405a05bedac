/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens one component after the other, each relative to the descriptor of the one before, so
 * that what was checked is what is used.  The kernel follows the magic links of /proc.
 */
#include "collector/base/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LINKS_MAX 40
#define FLAGS     (O_PATH | O_CLOEXEC)

struct walk {
    int fd;         /* the directory so far */
    char *rest;     /* what is to be walked from there; owned */
    unsigned links; /* followed so far */
    bool is_inside; /* beyond a link of /proc */
};

static bool fail(int number)
{
    errno = number;
    return false;
}

/* Takes the descriptor. */
static void enter(struct walk *walk, int fd)
{
    close(walk->fd);
    walk->fd = fd;
}

static bool is_in_proc(int fd)
{
    struct statfs fs;
    return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* The link's text goes before the rest. */
static bool follow(struct walk *walk, int link, const char *rest)
{
    char text[4096], *joined;
    ssize_t length = readlinkat(link, "", text, sizeof(text) - 1);
    if (length <= 0)
        return length < 0 ? false : fail(ENOENT);
    text[length] = '\0';
    if (asprintf(&joined, "%s/%s", text, rest) < 0)
        return fail(ENOMEM);
    free(walk->rest);
    walk->rest = joined;
    int root = joined[0] == '/' ? open("/", FLAGS | O_DIRECTORY) : -1;
    if (joined[0] == '/' && root < 0)
        return false;
    if (root >= 0)
        enter(walk, root);
    return true;
}

static bool step_link(struct walk *walk, int link, const struct stat *status, const char *name,
                      const char *rest)
{
    if (++walk->links > LINKS_MAX)
        return fail(ELOOP);
    if (is_in_proc(link)) {
        int fd = openat(walk->fd, name, FLAGS | O_DIRECTORY);
        if (fd < 0)
            return false;
        enter(walk, fd);
        walk->is_inside = true;
        char *copy = strdup(rest);
        free(walk->rest);
        walk->rest = copy;
        return copy || fail(ENOMEM);
    }
    if (walk->is_inside || (status->st_uid != 0 && status->st_uid != geteuid()))
        return fail(ELOOP);
    return follow(walk, link, rest);
}

/* The first component of what is left. */
static bool step(struct walk *walk)
{
    struct stat status;
    char *name = walk->rest + strspn(walk->rest, "/");
    size_t length = strcspn(name, "/");
    char *rest = name + length + strspn(name + length, "/");
    name[length] = '\0';
    int fd = openat(walk->fd, *name ? name : ".", FLAGS | O_NOFOLLOW);
    if (fd < 0)
        return false;
    bool is_done = fstat(fd, &status) == 0;
    if (is_done && S_ISLNK(status.st_mode)) {
        is_done = step_link(walk, fd, &status, name, rest);
        int saved = errno;
        close(fd);
        errno = saved;
        return is_done;
    }
    if (!is_done || !S_ISDIR(status.st_mode)) {
        close(fd);
        return fail(ENOTDIR);
    }
    enter(walk, fd);
    memmove(walk->rest, rest, strlen(rest) + 1);
    return true;
}

int walk_open_directory(const char *path)
{
    struct walk walk = {.fd = open(path[0] == '/' ? "/" : ".", FLAGS | O_DIRECTORY),
                        .rest = strdup(path)};
    bool is_done = walk.fd >= 0 && (walk.rest || fail(ENOMEM));
    while (is_done && walk.rest && *walk.rest)
        is_done = step(&walk);
    int saved = errno;
    free(walk.rest);
    if (!is_done && walk.fd >= 0) {
        close(walk.fd);
        walk.fd = -1;
    }
    errno = saved;
    return walk.fd;
}
