/* SPDX-License-Identifier: Apache-2.0
 *
 * What lies in the state directories.
 */
#include "collector/state/list.h"
#include "collector/state/header.h"

#include "collector/base/age.h"
#include "collector/base/budget.h"
#include "collector/base/open_regular.h"
#include "collector/base/walk.h"
#include "collector/state/dirs.h"
#include "collector/state/file.h"
#include "collector/state/liveness.h"
#include "collector/state/names.h"
#include "collector/state/reader.h"
#include "preload/run.h"
#include "preload/state_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- one entry --- */

static void entry_deinit(struct state_entry *entry)
{
    free(entry->path);
    free(entry->exe);
}

/* Copies what the state says of itself.  Where it cannot be read, is_valid stays false.  False:
 * no memory. */
static bool read_entry(struct state_entry *entry, int fd, struct live_query *query)
{
    struct state_reader *reader;
    budget_begin(budget_stored_bytes(fd));
    struct error *error = state_reader_create(fd, entry->path, &reader);
    budget_end();
    if (error) {
        bool no_memory = error == error_no_memory();
        error_destroy(error);
        return !no_memory;
    }
    const struct state_info *info = state_reader_info(reader);
    entry->exe = strdup(info->exe);
    entry->pid = info->pid;
    entry->flags = state_info_kind(info);
    entry->run_id = info->run_id;
    entry->start_ns = info->start_ns;
    entry->samples = info->samples;
    entry->is_valid = entry->exe != NULL;
    query->pid = info->pid;
    query->pid_namespace = info->pid_namespace;
    query->made_ns = live_made_ns(fd);
    state_reader_destroy(reader);
    return entry->exe != NULL;
}

/* 0: added, 1: it is none of ours to list, -1: no memory. */
static int add_entry(struct state_list *list, struct live_query **queries, const char *directory,
                     int directory_fd, const char *name)
{
    struct stat status;
    int fd = open_regular_at(directory_fd, name, O_NOFOLLOW, &status);
    /* One that we may not read is listed as unreadable. */
    if (fd < 0 && (fstatat(directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
                   !S_ISREG(status.st_mode)))
        return 1;
    struct state_entry entry = {.age_ns = age_of(&status),
                                .directory = directory_fd,
                                .device = status.st_dev,
                                .inode = status.st_ino,
                                .disk_bytes = (uint64_t)status.st_blocks * 512};
    struct live_query query = {
        .device = status.st_dev, .inode = status.st_ino, .owner = status.st_uid};
    bool has_memory = asprintf(&entry.path, "%s/%s", directory, name) >= 0;
    if (!has_memory)
        entry.path = NULL;
    else
        entry.name = strrchr(entry.path, '/') + 1;
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

/* Calls `visit` for each name in an open directory until it returns false; an errno. */
static int each_name(int directory, bool (*visit)(void *context, const char *name), void *context)
{
    int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    if (!entries) {
        int number = errno;
        if (fd >= 0)
            close(fd);
        return number;
    }
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (!visit(context, entry->d_name))
            break;
    closedir(entries);
    return 0;
}

struct counting {
    int directory;
    struct state_count *count;
};

static bool count_name(void *context, const char *name)
{
    struct counting *at = context;
    struct stat status;
    if (state_name_is(name) && fstatat(at->directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        at->count->states++;
        at->count->disk_bytes += (uint64_t)status.st_blocks * 512;
    }
    return true;
}

struct state_count state_count_in(int directory)
{
    struct state_count count = {0};
    struct counting at = {directory, &count};
    each_name(directory, count_name, &at);
    return count;
}

struct listing {
    struct state_list *list;
    struct live_query **queries;
    const char *path; /* of the directory */
    int directory;
    bool no_memory;
};

static bool list_name(void *context, const char *name)
{
    struct listing *at = context;
    if (state_name_is(name) && add_entry(at->list, at->queries, at->path, at->directory, name) < 0)
        at->no_memory = true;
    return !at->no_memory;
}

/* Adds the states of an open directory; the list closes the descriptor. */
static struct error *add_directory(struct state_list *list, struct live_query **queries,
                                   const char *path, int directory)
{
    struct listing at = {.list = list, .queries = queries, .path = path, .directory = directory};
    list->directories[list->directories[0] >= 0] = directory;
    int number = each_name(directory, list_name, &at);
    if (at.no_memory)
        return error_create("cannot list the states: %s: out of memory", path);
    return number ? error_create_errno(number, "cannot list the states: %s", path) : NULL;
}

/* By start, then by pid.  A fork's child has the start of its parent, which comes first. */
static int by_start(const void *left, const void *right)
{
    const struct state_entry *a = left, *b = right;
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    if ((a->flags ^ b->flags) & STATE_IS_FORKED)
        return a->flags & STATE_IS_FORKED ? 1 : -1;
    if (a->pid != b->pid)
        return a->pid < b->pid ? -1 : 1;
    return strcmp(a->path, b->path);
}

static void note_live(struct state_list *list, struct live_query *queries)
{
    for (size_t i = 0; i < list->count; i++)
        queries[i].name = list->entries[i].name;
    if (list->count > 0)
        live_check(queries, list->count);
    for (size_t i = 0; i < list->count; i++) {
        list->entries[i].is_live = queries[i].is_live;
        list->entries[i].is_unknown = queries[i].is_unknown;
    }
}

/* Adds the states in the directory that is given, or (NULL) in all places where states may be. */
static struct error *add_directories(struct state_list *list, struct live_query **queries,
                                     const char *directory)
{
    if (directory) {
        int fd = walk_open_directory(directory);
        if (fd < 0 && errno == ELOOP)
            return error_create("cannot list the states: %s: a symbolic link of another user is on"
                                " the way",
                                directory);
        return fd < 0 ? error_create_errno(errno, "cannot list the states: %s", directory)
                      : add_directory(list, queries, directory, fd);
    }
    struct state_dirs dirs;
    struct error *error = state_dirs_init(&dirs);
    for (size_t i = 0; !error && i < dirs.count; i++) {
        int fd = state_dirs_open(&dirs, i);
        if (fd >= 0)
            error = add_directory(list, queries, dirs.paths[i], fd);
    }
    state_dirs_deinit(&dirs);
    return error;
}

struct error *state_list_init(struct state_list *list, const char *directory)
{
    struct live_query *queries = NULL;
    *list = (struct state_list){.directories = {-1, -1}};
    struct error *error = add_directories(list, &queries, directory);
    if (!error) {
        note_live(list, queries);
        if (list->count > 1)
            qsort(list->entries, list->count, sizeof(*list->entries), by_start);
    }
    free(queries);
    if (error)
        state_list_deinit(list);
    return error;
}

void state_list_deinit(struct state_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        entry_deinit(&list->entries[i]);
    for (size_t i = 0; i < 2; i++)
        if (list->directories[i] >= 0)
            close(list->directories[i]);
    free(list->entries);
    *list = (struct state_list){.directories = {-1, -1}};
}

/* --- prune --- */

bool state_entry_remove(const struct state_entry *entry)
{
    const struct stat expected = {.st_dev = entry->device, .st_ino = entry->inode};
    return state_file_remove_unlocked(entry->directory, entry->name, &expected);
}

struct pruning {
    int directory;
    uint64_t age_ns;
    size_t *removed;
};

static bool prune_log(void *context, const char *name)
{
    struct pruning *at = context;
    struct stat status;
    if (run_log_is_name(name) && fstatat(at->directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(status.st_mode) && age_of(&status) >= at->age_ns &&
        state_file_remove_unlocked(at->directory, name, &status))
        (*at->removed)++;
    return true;
}

struct error *state_prune(const char *directory, uint64_t age_ns, size_t *removed)
{
    struct state_list list;
    *removed = 0;
    struct error *error = state_list_init(&list, directory);
    for (size_t i = 0; !error && i < list.count; i++)
        if (!list.entries[i].is_live && list.entries[i].age_ns >= age_ns &&
            state_entry_remove(&list.entries[i]))
            (*removed)++;
    for (size_t i = 0; !error && i < 2; i++) {
        struct pruning at = {list.directories[i], age_ns, removed};
        if (at.directory >= 0)
            each_name(at.directory, prune_log, &at);
    }
    state_list_deinit(&list);
    return error;
}
