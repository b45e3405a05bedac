/* SPDX-License-Identifier: Apache-2.0
 *
 * Only what a result consists of is ever removed: stat.json, and what is in directories run-N
 * and is named as a profile.
 */
#include "tools/stat/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/path.h"
#include "tools/stat/record.h"

#define PROFILE_SUFFIX ".pb.gz"

/* --- what is in it --- */

/* "run-" and digits, or the directory that the run at hand works in. */
static bool is_run_name(const char *name)
{
    if (strcmp(name, STAT_DIRECTORY_WORK) == 0)
        return true;
    return strncmp(name, "run-", 4) == 0 && name[4] &&
           name[4 + strspn(name + 4, "0123456789")] == '\0';
}

static bool is_profile_name(const char *name)
{
    size_t length = strlen(name), suffix = strlen(PROFILE_SUFFIX);
    return length > suffix && strcmp(name + length - suffix, PROFILE_SUFFIX) == 0;
}

/* Calls `act` for each name in it but . and .., as long as it returns true; false where it did
 * not, or the directory cannot be read. */
static bool for_each(int parent, const char *name, bool (*act)(int directory, const char *name))
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    if (!entries) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool goes_on = true;
    for (struct dirent *entry; goes_on && (entry = readdir(entries)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            goes_on = act(dirfd(entries), entry->d_name);
    closedir(entries);
    return goes_on;
}

static bool is_profile(int directory, const char *name)
{
    struct stat status;
    return is_profile_name(name) && fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(status.st_mode);
}

static bool is_of_result(int directory, const char *name)
{
    if (strcmp(name, STAT_RECORD_FILE) == 0)
        return true;
    return is_run_name(name) && for_each(directory, name, is_profile);
}

static bool is_nothing(int directory, const char *name)
{
    (void)directory, (void)name;
    return false;
}

/* --- removing --- */

/* Half-written ones have other endings. */
static bool remove_profile(int directory, const char *name)
{
    if (strstr(name, PROFILE_SUFFIX))
        unlinkat(directory, name, 0);
    return true;
}

static bool remove_part(int directory, const char *name)
{
    if (strcmp(name, STAT_RECORD_FILE) == 0) {
        unlinkat(directory, name, 0);
    } else if (is_run_name(name)) {
        for_each(directory, name, remove_profile);
        unlinkat(directory, name, AT_REMOVEDIR);
    }
    return true;
}

static void remove_result(const char *path)
{
    for_each(AT_FDCWD, path, remove_part);
    rmdir(path);
}

/* --- from start to end --- */

static struct error *check(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == ENOENT ? NULL : error_create_errno(errno, "%s", path);
    if (!S_ISDIR(status.st_mode))
        return error_create("%s: is there and is no directory; try another name", path);
    if (for_each(AT_FDCWD, path, is_nothing) ||
        (stat_record_is_in(path) && for_each(AT_FDCWD, path, is_of_result)))
        return NULL;
    return error_create("%s: has files that 'memprof stat' did not write; try another directory",
                        path);
}

/* The name without links and slashes too many; its parent must be there. */
static struct error *resolve(const char *path, char **resolved)
{
    *resolved = realpath(path, NULL);
    if (*resolved)
        return NULL;
    char *copy = strdup(path);
    if (!copy)
        return error_no_memory();
    path_clean(copy);
    char *slash = strrchr(copy, '/');
    const char *base = slash ? slash + 1 : copy;
    if (slash)
        *slash = '\0';
    char *parent = realpath(!slash ? "." : slash == copy ? "/" : copy, NULL);
    struct error *error = NULL;
    if (!parent)
        error = error_create_errno(errno, "%s", path);
    else if (asprintf(resolved, "%s/%s", strcmp(parent, "/") == 0 ? "" : parent, base) < 0)
        error = error_no_memory();
    free(parent);
    free(copy);
    return error;
}

struct error *stat_directory_init(struct stat_directory *directory, const char *path)
{
    *directory = (struct stat_directory){.path = NULL};
    struct error *error = resolve(path, &directory->path);
    return error ? error : check(directory->path);
}

struct error *stat_directory_begin(struct stat_directory *directory)
{
    char *slash = strrchr(directory->path, '/'), *temporary;
    if (!slash[1])
        return error_create("%s: cannot be replaced; try a directory in it", directory->path);
    if (asprintf(&temporary, "%.*s/.%s.XXXXXX", (int)(slash - directory->path), directory->path,
                 slash + 1) < 0)
        return error_no_memory();
    if (!mkdtemp(temporary)) {
        free(temporary);
        return error_create_errno(errno, "%s", directory->path);
    }
    directory->temporary = temporary;
    return NULL;
}

/* What mkdir() would have given it. */
static void set_mode(const char *path)
{
    mode_t mask = umask(0);
    umask(mask);
    chmod(path, 0777 & ~mask);
}

struct error *stat_directory_finish(struct stat_directory *directory)
{
    struct error *error = check(directory->path); /* the runs took a while */
    if (error)
        return error;
    set_mode(directory->temporary);
    if (renameat2(AT_FDCWD, directory->temporary, AT_FDCWD, directory->path, RENAME_EXCHANGE) == 0)
        return NULL; /* the temporary one is the old one now, which deinit removes */
    bool cannot_exchange = errno == EINVAL || errno == ENOSYS || errno == EXDEV;
    if (cannot_exchange)
        remove_result(directory->path);
    if ((errno != ENOENT && !cannot_exchange) || rename(directory->temporary, directory->path) != 0)
        return error_create_errno(errno, "%s", directory->path);
    free(directory->temporary);
    directory->temporary = NULL;
    return NULL;
}

void stat_directory_deinit(struct stat_directory *directory)
{
    if (directory->temporary)
        remove_result(directory->temporary);
    free(directory->temporary);
    free(directory->path);
    *directory = (struct stat_directory){.path = NULL};
}
