/* SPDX-License-Identifier: Apache-2.0
 *
 * One pass over /proc finds who maps a state, then the directories what nobody maps.
 */
#include "collector/roster.h"

#include "collector/base/open_regular.h"
#include "collector/base/path.h"
#include "collector/roster_process.h"
#include "collector/state/dirs.h"
#include "collector/state/liveness.h"
#include "collector/state/names.h"
#include "collector/state/pid.h"
#include "preload/state_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct gathering {
    struct roster *roster;
    const struct roster_options *options;
    struct roster_entry *entries; /* of the roster; grows */
    size_t capacity;
    pid_t *closed; /* processes whose maps are closed to us */
    size_t closed_count, closed_capacity;
    bool no_memory;
};

/* --- entries --- */

static void entry_deinit(struct roster_entry *entry)
{
    free(entry->path);
    free(entry->fault);
    vitals_deinit(&entry->vitals);
}

/* Takes the path over; NULL: no memory. */
static struct roster_entry *add_entry(struct gathering *at, char *path)
{
    struct roster *roster = at->roster;
    if (path && roster->count == at->capacity) {
        size_t capacity = at->capacity ? 2 * at->capacity : 64;
        void *moved = realloc(roster->entries, capacity * sizeof(*roster->entries));
        if (moved) {
            roster->entries = moved;
            at->capacity = capacity;
        }
    }
    if (!path || roster->count == at->capacity) {
        free(path);
        at->no_memory = true;
        return NULL;
    }
    struct roster_entry *entry = &roster->entries[roster->count++];
    *entry = (struct roster_entry){.path = path};
    return entry;
}

/* What the state in the descriptor says. */
static void read_state(struct gathering *at, struct roster_entry *entry, int fd)
{
    struct stat status;
    if (fstat(fd, &status) == 0) {
        entry->owner = status.st_uid;
        entry->device = status.st_dev;
        entry->inode = status.st_ino;
    }
    struct error *error = vitals_read(&entry->vitals, fd, entry->path, at->options->with_rings);
    if (!error)
        return;
    entry->fault = strdup(error_message(error));
    at->no_memory = at->no_memory || !entry->fault;
    error_destroy(error);
    vitals_deinit(&entry->vitals);
}

static void read_process(struct roster_entry *entry)
{
    struct roster_process process;
    if (entry->process == 0 || !roster_process_read(&process, entry->process))
        return;
    entry->parent = process.parent;
    memcpy(entry->comm, process.comm, sizeof(entry->comm));
    entry->rss_bytes = process.rss_bytes;
    entry->rss_most_bytes = process.rss_most_bytes;
    entry->rss_private_bytes = process.rss_private_bytes;
}

/* --- /proc --- */

static void note_closed(struct gathering *at, pid_t pid)
{
    if (at->closed_count == at->closed_capacity) {
        size_t capacity = at->closed_capacity ? 2 * at->closed_capacity : 256;
        void *moved = realloc(at->closed, capacity * sizeof(*at->closed));
        at->no_memory = at->no_memory || !moved;
        if (!moved)
            return;
        at->closed = moved;
        at->closed_capacity = capacity;
    }
    at->closed[at->closed_count++] = pid;
}

static bool is_skipped(const struct gathering *at, pid_t pid)
{
    for (size_t i = 0; i < at->options->skipped_count; i++)
        if (at->options->skipped[i] == pid)
            return true;
    return false;
}

static void note_progress(const struct gathering *at, pid_t pid)
{
    struct roster_progress *progress = at->options->progress;
    if (!progress)
        return;
    atomic_store_explicit(&progress->process, pid, memory_order_relaxed);
    atomic_fetch_add_explicit(&progress->steps, 1, memory_order_release);
}

static void add_process(struct gathering *at, pid_t pid)
{
    struct live_mapping mapping;
    char *path;
    int fault = live_find_mapping(pid, &mapping);
    if (fault == EACCES || fault == EPERM)
        note_closed(at, pid);
    if (fault)
        return;
    int fd = state_open_mapping(pid, &mapping, &path);
    int number = errno;
    struct roster_entry *entry = add_entry(at, fd < 0 ? strdup(mapping.path) : path);
    if (entry) {
        entry->process = pid;
        read_process(entry);
        if (fd >= 0)
            read_state(at, entry, fd);
        else
            entry->fault = strdup(strerror(number));
    }
    if (fd >= 0)
        close(fd);
    live_mapping_deinit(&mapping);
}

/* False: there is no /proc. */
static bool add_processes(struct gathering *at)
{
    DIR *processes = opendir("/proc");
    bool has_seen = false;
    for (struct dirent *entry;
         processes && !at->no_memory && (entry = readdir(processes)) != NULL;) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        if (*end != '\0' || pid <= 0)
            continue;
        has_seen = true;
        if (is_skipped(at, (pid_t)pid))
            continue;
        note_progress(at, (pid_t)pid);
        add_process(at, (pid_t)pid);
    }
    note_progress(at, 0);
    if (processes)
        closedir(processes);
    return has_seen;
}

/* --- directories --- */

/* Who made a state that nobody maps in a way we could see; 0: nobody. */
static pid_t find_closed(const struct gathering *at, const struct roster_entry *entry, int fd,
                         uid_t owner)
{
    const struct vitals *vitals = &entry->vitals;
    bool is_foreign = live_is_foreign_namespace(vitals->pid_namespace);
    struct live_query query = {.owner = owner,
                               .made_ns = live_made_ns(fd),
                               .pid = vitals->pid,
                               .pid_namespace = vitals->pid_namespace};
    for (size_t i = 0; i < at->closed_count; i++)
        if ((is_foreign || (uint32_t)at->closed[i] == vitals->pid) &&
            live_may_be_maker(at->closed[i], &query))
            return at->closed[i];
    return 0;
}

static void find_life(const struct gathering *at, struct roster_entry *entry, int fd, bool has_proc)
{
    if (entry->fault) {
        entry->life = ROSTER_UNKNOWN;
        return;
    }
    entry->process = find_closed(at, entry, fd, entry->owner);
    entry->is_closed = entry->process != 0;
    read_process(entry);
    if (entry->is_closed)
        entry->life = ROSTER_RUNNING;
    else if (has_proc && live_can_tell(entry->vitals.pid_namespace))
        entry->life = ROSTER_ENDED;
    else
        entry->life = ROSTER_UNKNOWN;
}

static bool is_listed(const struct roster *roster, const struct stat *status)
{
    for (size_t i = 0; i < roster->count; i++)
        if (roster->entries[i].inode == status->st_ino &&
            roster->entries[i].device == status->st_dev)
            return true;
    return false;
}

static void add_state(struct gathering *at, const char *directory, int directory_fd,
                      const char *name, bool has_proc)
{
    struct stat status;
    char *path;
    int fd = open_regular_at(directory_fd, name, O_NOFOLLOW, &status);
    if (fd < 0)
        return;
    if (!is_listed(at->roster, &status)) {
        if (asprintf(&path, "%s/%s", directory, name) < 0)
            path = NULL;
        struct roster_entry *entry = add_entry(at, path);
        if (entry) {
            read_state(at, entry, fd);
            find_life(at, entry, fd, has_proc);
        }
    }
    close(fd);
}

static void add_directory(struct gathering *at, const char *path, int directory_fd, bool has_proc)
{
    int fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *entry; names && !at->no_memory && (entry = readdir(names)) != NULL;) {
        if (state_name_is(entry->d_name))
            add_state(at, path, directory_fd, entry->d_name, has_proc);
    }
    if (names)
        closedir(names);
    else if (fd >= 0)
        close(fd);
}

static struct error *add_directories(struct gathering *at, bool has_proc)
{
    struct state_dirs dirs;
    struct error *error = state_dirs_init(&dirs);
    for (size_t i = 0; !error && i < dirs.count; i++) {
        int fd = state_dirs_open(&dirs, i);
        if (fd >= 0)
            add_directory(at, dirs.paths[i], fd, has_proc);
        else if (dirs.is_given && fd != -ENOENT &&
                 asprintf(&at->roster->remark, "%s (MEMPROF_DIR): %s", dirs.paths[i],
                          fd == -EPERM
                              ? "it is another user's, or others can write to it, so it is "
                                "not read"
                              : strerror(-fd)) < 0)
            at->roster->remark = NULL;
        if (fd >= 0)
            close(fd);
    }
    state_dirs_deinit(&dirs);
    return error;
}

/* Directories of other users: that they are there is all that can be seen. */
static void note_others(struct gathering *at)
{
    struct roster *roster = at->roster;
    struct stat status;
    DIR *names = geteuid() == 0 ? NULL : opendir(STATE_DIR_SHARED);
    for (struct dirent *entry; names && (entry = readdir(names)) != NULL;) {
        char *path;
        if (!state_dir_is_name(entry->d_name) ||
            fstatat(dirfd(names), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISDIR(status.st_mode) || status.st_uid == geteuid())
            continue;
        char **closed =
            realloc(roster->closed, (roster->closed_count + 1) * sizeof(*roster->closed));
        if (closed)
            roster->closed = closed;
        if (!closed || asprintf(&path, STATE_DIR_SHARED "/%s", entry->d_name) < 0)
            break;
        closed[roster->closed_count++] = path;
    }
    if (names)
        closedir(names);
}

/* --- whose life is not known --- */

static bool is_superseded(const struct roster *roster, const struct roster_entry *entry,
                          uint64_t stale_ns)
{
    const struct vitals *vitals = &entry->vitals;
    if (vitals_silent_ns(vitals) < stale_ns)
        return false;
    for (size_t i = 0; i < roster->count; i++) {
        const struct vitals *other = &roster->entries[i].vitals;
        if (!roster->entries[i].fault && other->start_ns > vitals->start_ns &&
            strcmp(other->exe, vitals->exe) == 0)
            return true;
    }
    return false;
}

struct error *roster_init(struct roster *roster, const struct roster_options *options)
{
    struct gathering at = {.roster = roster, .options = options};
    *roster = (struct roster){0};
    bool has_proc = add_processes(&at);
    struct error *error = add_directories(&at, has_proc);
    free(at.closed);
    note_others(&at);
    for (size_t i = 0; i < roster->count; i++) {
        struct roster_entry *entry = &roster->entries[i];
        if (entry->life == ROSTER_UNKNOWN && !entry->fault &&
            is_superseded(roster, entry, options->stale_ns))
            entry->life = ROSTER_ENDED;
    }
    return !error && at.no_memory ? error_no_memory() : error;
}

void roster_deinit(struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++)
        entry_deinit(&roster->entries[i]);
    for (size_t i = 0; i < roster->closed_count; i++)
        free(roster->closed[i]);
    free(roster->entries);
    free(roster->closed);
    free(roster->remark);
    *roster = (struct roster){0};
}

/* --- questions --- */

uint32_t roster_pid(const struct roster_entry *entry)
{
    return entry->process ? (uint32_t)entry->process : entry->vitals.pid;
}

/* Of a command's first word the last component. */
static bool is_first_word(const char *words, const char *name)
{
    size_t length = strcspn(words, " "), wanted = strlen(name);
    return length >= wanted && strncmp(words + length - wanted, name, wanted) == 0 &&
           (length == wanted || words[length - wanted - 1] == '/');
}

bool roster_has_name(const struct roster_entry *entry, const char *name)
{
    const struct vitals *vitals = &entry->vitals;
    if (entry->fault)
        return false;
    if (strchr(name, '/'))
        return strcmp(vitals->exe, name) == 0;
    return strcmp(vitals->comm, name) == 0 || strcmp(path_base(vitals->exe), name) == 0 ||
           (*entry->comm ? strcmp(entry->comm, name) == 0 : is_first_word(vitals->words, name));
}
