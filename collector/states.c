/* SPDX-License-Identifier: Apache-2.0
 *
 * What lies in the state directories.
 */
#include "collector/collect.h"
#include "collector/live.h"
#include "collector/state_dirs.h"
#include "collector/state_reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *suffix)
{
    size_t length = strlen(text), wanted = strlen(suffix);
    return length > wanted && strcmp(text + length - wanted, suffix) == 0;
}

static uint64_t age_of(const struct stat *status)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age = (int64_t)(now.tv_sec - status->st_mtim.tv_sec) * 1000000000 + now.tv_nsec -
                  status->st_mtim.tv_nsec;
    return age > 0 ? (uint64_t)age : 0;
}

/* --- one entry --- */

static void entry_deinit(struct state_entry *entry)
{
    free(entry->path);
    free(entry->exe);
}

/* What the state says; what cannot be read leaves is_valid false. */
static bool read_entry(struct state_entry *entry, int fd, struct live_query *query)
{
    struct state_reader *reader;
    struct error *error = state_reader_create(fd, entry->path, &reader);
    if (error) {
        bool no_memory = error == error_no_memory();
        error_destroy(error);
        return !no_memory;
    }
    const struct state_info *info = state_reader_info(reader);
    entry->exe = strdup(info->exe);
    entry->pid = info->pid;
    entry->flags = (info->is_first ? COLLECT_FIRST : 0) | (info->is_forked ? COLLECT_FORKED : 0) |
                   (info->is_child ? COLLECT_CHILD : 0);
    entry->run_id = info->run_id;
    entry->start_ns = info->start_ns;
    entry->samples = info->samples;
    entry->is_valid = entry->exe != NULL;
    query->pid = info->pid;
    query->pid_namespace = info->pid_namespace;
    state_reader_destroy(reader);
    return entry->exe != NULL;
}

/* 0: added, 1: it is none of ours to list, -1: no memory. */
static int add_entry(struct state_list *list, struct live_query **queries, const char *directory,
                     int directory_fd, const char *name)
{
    struct stat status;
    int fd = openat(directory_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fstatat(directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode)) {
        if (fd >= 0)
            close(fd);
        return 1;
    }
    struct state_entry entry = {.age_ns = age_of(&status),
                                .disk_bytes = (uint64_t)status.st_blocks * 512};
    struct live_query query = {
        .device = status.st_dev, .inode = status.st_ino, .owner = status.st_uid};
    bool has_memory = asprintf(&entry.path, "%s/%s", directory, name) >= 0;
    if (!has_memory)
        entry.path = NULL;
    if (has_memory && fd >= 0)
        has_memory = read_entry(&entry, fd, &query);
    if (fd >= 0)
        close(fd);
    void *entries = realloc(list->entries, (list->count + 1) * sizeof(*list->entries));
    if (entries)
        list->entries = entries;
    void *moved = realloc(*queries, (list->count + 1) * sizeof(**queries));
    if (moved)
        *queries = moved;
    if (!has_memory || !entries || !moved) {
        entry_deinit(&entry);
        return -1;
    }
    (*queries)[list->count] = query;
    list->entries[list->count++] = entry;
    return 0;
}

/* --- lists --- */

static struct error *add_directory(struct state_list *list, struct live_query **queries,
                                   const char *directory)
{
    DIR *entries = opendir(directory);
    if (!entries)
        return error_create_errno(errno, "cannot list the states: %s", directory);
    struct error *error = NULL;
    for (struct dirent *entry; !error && (entry = readdir(entries)) != NULL;)
        if (ends_with(entry->d_name, ".state") &&
            add_entry(list, queries, directory, dirfd(entries), entry->d_name) < 0)
            error = error_create("cannot list the states: %s: out of memory", directory);
    closedir(entries);
    return error;
}

static int by_start(const void *left, const void *right)
{
    const struct state_entry *a = left, *b = right;
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    return strcmp(a->path, b->path);
}

static void note_live(struct state_list *list, struct live_query *queries)
{
    for (size_t i = 0; i < list->count; i++)
        queries[i].name = strrchr(list->entries[i].path, '/') + 1;
    if (list->count > 0)
        live_check(queries, list->count);
    for (size_t i = 0; i < list->count; i++)
        list->entries[i].is_live = queries[i].is_live;
}

struct error *state_list_init(struct state_list *list, const char *directory)
{
    struct live_query *queries = NULL;
    struct error *error = NULL;
    *list = (struct state_list){0};
    if (directory) {
        error = add_directory(list, &queries, directory);
    } else {
        struct state_dirs dirs;
        error = state_dirs_init(&dirs);
        for (size_t i = 0; !error && i < dirs.count; i++)
            if (!state_dirs_fault(&dirs, i))
                error = add_directory(list, &queries, dirs.paths[i]);
        state_dirs_deinit(&dirs);
    }
    if (!error) {
        note_live(list, queries);
        if (list->count > 1)
            qsort(list->entries, list->count, sizeof(*list->entries), by_start);
    }
    free(queries);
    return error;
}

void state_list_deinit(struct state_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        entry_deinit(&list->entries[i]);
    free(list->entries);
    *list = (struct state_list){0};
}

/* --- prune --- */

/* False: it is being collected, or cannot be removed. */
static bool remove_state(const char *path)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    bool is_free = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0;
    bool is_removed = is_free && unlink(path) == 0;
    if (fd >= 0)
        close(fd);
    return is_removed;
}

static bool is_run_log(const char *name)
{
    return strncmp(name, "run-", 4) == 0 && ends_with(name, ".log");
}

static void prune_logs(const char *directory, uint64_t age_ns, size_t *removed)
{
    DIR *entries = opendir(directory);
    struct stat status;
    for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;)
        if (is_run_log(entry->d_name) &&
            fstatat(dirfd(entries), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode) && age_of(&status) >= age_ns &&
            unlinkat(dirfd(entries), entry->d_name, 0) == 0)
            (*removed)++;
    if (entries)
        closedir(entries);
}

struct error *state_prune(const char *directory, uint64_t age_ns, size_t *removed)
{
    struct state_list list;
    *removed = 0;
    struct error *error = state_list_init(&list, directory);
    for (size_t i = 0; !error && i < list.count; i++)
        if (!list.entries[i].is_live && list.entries[i].age_ns >= age_ns &&
            remove_state(list.entries[i].path))
            (*removed)++;
    state_list_deinit(&list);
    if (error)
        return error;
    if (directory) {
        prune_logs(directory, age_ns, removed);
        return NULL;
    }
    struct state_dirs dirs;
    error = state_dirs_init(&dirs);
    for (size_t i = 0; !error && i < dirs.count; i++)
        if (!state_dirs_fault(&dirs, i))
            prune_logs(dirs.paths[i], age_ns, removed);
    state_dirs_deinit(&dirs);
    return error;
}
