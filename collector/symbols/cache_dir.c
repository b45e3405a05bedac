/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything is named relative to one descriptor of the directory.  A file's time of
 * modification is when it was last used.
 */
#include "collector/symbols/cache_dir.h"
#include "collector/base/age.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AFTER_BOUND (SYMBOL_CACHE_BYTES / 4 * 3)

/* The caller frees it; NULL: there is to be none, or no memory. */
static char *directory_path(void)
{
    const char *given = getenv("MEMPROF_CACHE"), *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    int length = -1;
    if (given && *given)
        return strcmp(given, "off") == 0 ? NULL : strdup(given);
    if (cache && *cache == '/')
        length = asprintf(&path, "%s/memprof", cache);
    else if (home && *home == '/')
        length = asprintf(&path, "%s/.cache/memprof", home);
    return length < 0 ? NULL : path;
}

/* Makes the directory and its parent; directories further up must exist. */
static void make(char *path)
{
    char *slash = strrchr(path, '/');
    if (mkdir(path, 0700) == 0 || errno != ENOENT || !slash || slash == path)
        return;
    *slash = '\0';
    int status = mkdir(path, 0700);
    *slash = '/';
    if (status == 0)
        status = mkdir(path, 0700);
    (void)status; /* a failure shows when the directory is opened */
}

int symbol_cache_dir_open(void)
{
    char *path = directory_path();
    struct stat status;
    if (!path)
        return -1;
    make(path);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    free(path);
    if (fd >= 0 &&
        (fstat(fd, &status) != 0 || status.st_uid != geteuid() || (status.st_mode & 0077) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

int symbol_cache_dir_file(int directory, const char *name, int flags)
{
    struct stat status;
    int fd = openat(directory, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
                    status.st_uid != geteuid() || status.st_nlink != 1)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* --- what there is --- */

struct file {
    char *name;
    uint64_t bytes;
    uint64_t age_ns;
};

struct list {
    struct file *files;
    size_t count;
    uint64_t bytes;
};

static bool is_ours(const char *name)
{
    return strstr(name, SYMBOL_CACHE_SUFFIX) != NULL; /* one that is being made, too */
}

static int longest_unused_first(const void *left, const void *right)
{
    uint64_t a = ((const struct file *)left)->age_ns, b = ((const struct file *)right)->age_ns;
    return (a < b) - (a > b);
}

/* As many as there is memory for. */
static void list_init(struct list *list, int directory)
{
    *list = (struct list){0};
    int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    if (fd >= 0 && !entries)
        close(fd);
    struct stat status;
    for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
        if (!is_ours(entry->d_name) ||
            fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        struct file *moved = realloc(list->files, (list->count + 1) * sizeof(*moved));
        if (moved)
            list->files = moved;
        char *name = moved ? strdup(entry->d_name) : NULL;
        if (!name)
            break;
        list->files[list->count++] = (struct file){name, (uint64_t)status.st_size, age_of(&status)};
        list->bytes += (uint64_t)status.st_size;
    }
    if (entries)
        closedir(entries);
    if (list->count > 1)
        qsort(list->files, list->count, sizeof(*list->files), longest_unused_first);
}

static void list_deinit(struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->files[i].name);
    free(list->files);
}

void symbol_cache_dir_bound(int directory)
{
    struct list list;
    list_init(&list, directory);
    bool is_over = list.bytes > SYMBOL_CACHE_BYTES;
    for (size_t i = 0; is_over && i < list.count && list.bytes > AFTER_BOUND; i++)
        if (unlinkat(directory, list.files[i].name, 0) == 0)
            list.bytes -= list.files[i].bytes;
    list_deinit(&list);
}

void symbol_cache_dir_prune(uint64_t age_ns, size_t *removed)
{
    struct list list;
    int directory = symbol_cache_dir_open();
    if (directory < 0)
        return;
    list_init(&list, directory);
    for (size_t i = 0; i < list.count; i++)
        if (list.files[i].age_ns >= age_ns && unlinkat(directory, list.files[i].name, 0) == 0)
            (*removed)++;
    list_deinit(&list);
    close(directory);
}
