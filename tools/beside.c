/* SPDX-License-Identifier: Apache-2.0
 *
 * The file and its directories must belong to root, to the effective user or to the
 * owner of this program, and be closed to others.  The directories in which this program
 * lies are checked less strictly: whoever can write there can replace this program itself.
 */
#include "tools/beside.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

char *beside_self(void)
{
    char *self = realpath("/proc/self/exe", NULL);
    /* What the kernel was given to execute, relative to where we are still. */
    const char *executed = (const char *)(uintptr_t)getauxval(AT_EXECFN);
    return self || !executed ? self : realpath(executed, NULL);
}

struct self {
    const char *path;
    uid_t owner;
    bool has_group; /* its directory may be written by that group */
    gid_t group;
};

/* stat of path[0..length); false: not there, or a symbolic link. */
static bool look(const char *path, size_t length, struct stat *status)
{
    char *copy = strndup(path, length ? length : 1);
    bool is_there = copy && lstat(copy, status) == 0 && !S_ISLNK(status->st_mode);
    free(copy);
    return is_there;
}

static bool holds_self(const struct self *self, const char *path, size_t length)
{
    return strncmp(self->path, path, length) == 0 && self->path[length] == '/';
}

static bool is_closed_to_others(const struct self *self, const struct stat *status)
{
    if (S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX))
        return true; /* only the owner of an entry replaces it */
    if (status->st_mode & S_IWOTH)
        return false;
    return !(status->st_mode & S_IWGRP) || status->st_gid == 0 ||
           (self->has_group && status->st_gid == self->group);
}

static bool is_ours(const struct self *self, const struct stat *status)
{
    return status->st_uid == 0 || status->st_uid == geteuid() || status->st_uid == self->owner;
}

bool beside_is_safe(const char *self_path, const char *path)
{
    struct stat status;
    struct self self = {.path = self_path};
    if (!look(self_path, strlen(self_path), &status))
        return false;
    self.owner = status.st_uid;
    if (look(self_path, (size_t)(strrchr(self_path, '/') - self_path), &status)) {
        self.has_group = status.st_mode & S_IWGRP;
        self.group = status.st_gid;
    }
    for (const char *at = path; at; at = strchr(at + 1, '/')) {
        size_t length = (size_t)(at - path);
        if (!look(path, length, &status) || !S_ISDIR(status.st_mode))
            return false;
        if (holds_self(&self, path, length)
                ? (status.st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH
                : !is_ours(&self, &status) || !is_closed_to_others(&self, &status))
            return false;
    }
    return look(path, strlen(path), &status) && S_ISREG(status.st_mode) &&
           is_ours(&self, &status) && is_closed_to_others(&self, &status);
}
