/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that the target will run is looked for in the library's directory, and one
 * directory up only from where libraries are installed or built: a copy of the library in
 * /tmp/x must not run what somebody put into /tmp/bin.  It is used only if nobody can
 * replace it who could not replace the library as well: root, the effective user and the
 * library's owner.
 */
#include "preload/process/beside.h"
#include "preload/base/text.h"
#include "preload/process/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The library's own file; one thread looks, at start. */
static struct {
    char path[BESIDE_PATH_MAX]; /* without symbolic links; empty: unknown */
    uid_t owner;
    bool has_group; /* its directory may be written by that group */
    gid_t group;
} library;

/* The file that `path` names, without symbolic links.  Without /proc it is taken for one
 * that has none; is_safe() refuses the others. */
static bool resolve(const char *path, char resolved[BESIDE_PATH_MAX], struct stat *status)
{
    char link[48];
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0 && errno != EMFILE)
        return false;
    struct text name = {link, sizeof link, 0};
    text_add(&name, "/proc/self/fd/");
    text_add_number(&name, (uint64_t)(fd < 0 ? 0 : fd), 10, 1);
    ssize_t length = fd < 0 ? -1 : readlink(link, resolved, BESIDE_PATH_MAX - 1);
    struct text text = {resolved, BESIDE_PATH_MAX, length > 0 ? (size_t)length : 0};
    text_add(&text, length > 0 ? "" : path);
    bool is_known = fd < 0 ? stat(path, status) == 0 : fstat(fd, status) == 0;
    if (fd >= 0)
        close(fd);
    return is_known && resolved[0] == '/';
}

/* Is the directory path[0..length) one that the library lies in? */
static bool holds_library(const char *path, size_t length)
{
    return library.path[0] && strncmp(library.path, path, length) == 0 &&
           (length == 1 || library.path[length] == '/');
}

static bool is_closed_to_others(const struct stat *status)
{
    if (S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX))
        return true; /* only the owner of an entry replaces it */
    if (status->st_mode & S_IWOTH)
        return false;
    return !(status->st_mode & S_IWGRP) || status->st_gid == 0 ||
           (library.has_group && status->st_gid == library.group);
}

static bool is_ours(const struct stat *status)
{
    return status->st_uid == 0 || status->st_uid == geteuid() || status->st_uid == library.owner;
}

/* The file at `path` and each directory above it; `path` is taken apart and put together
 * again.  Whoever can write the library's own directories needs no other way. */
static bool is_safe(char *path)
{
    struct stat status;
    for (char *at = path; at; at = strchr(at + 1, '/')) {
        size_t length = at == path ? 1 : (size_t)(at - path);
        char kept = path[length];
        path[length] = '\0';
        bool is_known = lstat(path, &status) == 0;
        path[length] = kept;
        if (!is_known || !S_ISDIR(status.st_mode))
            return false;
        if (!holds_library(path, length) ? !is_ours(&status) || !is_closed_to_others(&status)
                                         : (status.st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH)
            return false;
    }
    return lstat(path, &status) == 0 && S_ISREG(status.st_mode) && is_ours(&status) &&
           is_closed_to_others(&status) && access(path, X_OK) == 0;
}

static bool find_library(const char *cwd, char shown[BESIDE_PATH_MAX])
{
    struct stat status;
    const char *own = symbols_own_file();
    if (!own)
        return false;
    struct text text = {shown, BESIDE_PATH_MAX, 0};
    if (own[0] != '/') {
        text_add(&text, cwd);
        text_add(&text, "/");
    }
    text_add(&text, own);
    if (shown[0] != '/' || !resolve(shown, library.path, &status))
        return false;
    library.owner = status.st_uid;
    char *slash = strrchr(library.path, '/');
    *slash = '\0';
    library.has_group = lstat(slash == library.path ? "/" : library.path, &status) == 0 &&
                        (status.st_mode & S_IWGRP);
    library.group = status.st_gid;
    *slash = '/';
    return true;
}

/* Cuts the last component off; returns it, or NULL when none is left. */
static const char *cut(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    return slash + 1;
}

static bool is_library_directory(const char *name)
{
    return name && (strncmp(name, "lib", 3) == 0 || strcmp(name, "build") == 0);
}

static bool try(const char *directory, const char *below, const char *name,
                char path[BESIDE_PATH_MAX])
{
    static char shown[BESIDE_PATH_MAX];
    struct stat status;
    struct text text = {shown, sizeof shown, 0};
    text_add(&text, directory);
    text_add(&text, below);
    text_add(&text, name);
    if (resolve(shown, path, &status) && is_safe(path))
        return true;
    path[0] = '\0';
    return false;
}

bool beside_find(const char *name, const char *cwd, char path[BESIDE_PATH_MAX])
{
    static char directory[BESIDE_PATH_MAX];
    path[0] = '\0';
    if (!find_library(cwd, directory))
        return false;
    cut(directory);
    if (try(directory, "/", name, path))
        return true;
    const char *last = cut(directory);
    if (last && strstr(last, "-linux-")) /* lib/x86_64-linux-gnu */
        last = cut(directory);
    return is_library_directory(last) &&
           (try(directory, "/bin/", name, path) || try(directory, "/libexec/", name, path));
}
