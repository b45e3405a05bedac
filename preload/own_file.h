/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a file near one of ours may be used: nobody could have put it there, or can replace it,
 * who could not replace ours as well.  Ours is the library for a program that it runs, and a
 * program for what it runs or preloads.
 */
#ifndef MEMPROF_OWN_FILE_H
#define MEMPROF_OWN_FILE_H

#include "preload/base/stat.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct own_file {
    const char *path; /* absolute, without symbolic links; NULL or empty: not known */
    uid_t owner;
    bool has_group; /* its directory may be written by that group */
    gid_t group;
};

/* What path[0..length) is, itself and not what a link names; false: it is not there.  `path` is
 * taken apart and put together again. */
static inline bool own_file_look(char *path, size_t length, struct stat *status)
{
    char kept = path[length];
    path[length] = '\0';
    bool is_there = stat_link(path, status);
    path[length] = kept;
    return is_there;
}

/* Our own file: its path, and what owns it.  `path` stays where it is. */
static inline void own_file_init(struct own_file *own, char *path, uid_t owner)
{
    struct stat directory;
    const char *slash = strrchr(path, '/');
    *own = (struct own_file){.path = path, .owner = owner};
    if (slash && own_file_look(path, slash == path ? 1 : (size_t)(slash - path), &directory)) {
        own->has_group = directory.st_mode & S_IWGRP;
        own->group = directory.st_gid;
    }
}

/* Is the directory path[0..length) one that our own file lies in? */
static inline bool own_file_is_in(const struct own_file *own, const char *path, size_t length)
{
    return own->path && own->path[0] && strncmp(own->path, path, length) == 0 &&
           (length == 1 || own->path[length] == '/');
}

static inline bool own_file_is_closed(const struct own_file *own, const struct stat *status)
{
    if (S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX))
        return true; /* only the owner of an entry replaces it */
    if (status->st_mode & S_IWOTH)
        return false;
    return !(status->st_mode & S_IWGRP) || status->st_gid == 0 ||
           (own->has_group && status->st_gid == own->group);
}

/* It belongs to root, to the effective user or to our file's owner, and others cannot write to it.
 */
static inline bool own_file_has_rights(const struct own_file *own, const struct stat *status)
{
    bool is_owned =
        status->st_uid == 0 || status->st_uid == geteuid() || status->st_uid == own->owner;
    return is_owned && own_file_is_closed(own, status);
}

/* Of the regular file at `path`, which is absolute, and of each directory above it.  The
 * directories of our own file are looked at less strictly: whoever can write there can replace
 * that.  `path` is taken apart and put together again. */
static inline bool own_file_trusts(const struct own_file *own, char *path)
{
    struct stat status;
    for (char *at = path; at; at = strchr(at + 1, '/')) {
        size_t length = at == path ? 1 : (size_t)(at - path);
        if (!own_file_look(path, length, &status) || !S_ISDIR(status.st_mode))
            return false;
        if (own_file_is_in(own, path, length) ? (status.st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH
                                              : !own_file_has_rights(own, &status))
            return false;
    }
    return stat_link(path, &status) && S_ISREG(status.st_mode) && own_file_has_rights(own, &status);
}

#endif
