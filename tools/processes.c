/* SPDX-License-Identifier: Apache-2.0
 *
 * One pass over /proc.
 */
#include "tools/processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/path.h"
#include "collector/roster.h"
#include "collector/state/liveness.h"
#include "tools/quantity.h"

#define COMM_BYTES  15 /* the kernel cuts a longer one */
#define WORDS_BYTES 200

/* What is compared with the name. */
struct candidate {
    char directory[32]; /* /proc/PID */
    char comm[64];
    char exe[PATH_MAX]; /* "" where it cannot be read */
};

/* The first bytes of a file of the process, NUL-terminated; returns how many. */
static size_t read_file(const char *directory, const char *file, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", directory, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    text[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

static void read_exe(struct candidate *candidate)
{
    char path[64];
    snprintf(path, sizeof path, "%s/exe", candidate->directory);
    ssize_t length = readlink(path, candidate->exe, sizeof candidate->exe - 1);
    candidate->exe[length > 0 ? length : 0] = '\0';
    candidate->exe[path_bytes(candidate->exe)] = '\0';
}

/* The file at `name` is the one that runs; also where the process sees it by another path. */
static bool runs_file(const struct candidate *candidate, const char *name)
{
    char path[64];
    struct stat named, running;
    snprintf(path, sizeof path, "%s/exe", candidate->directory);
    return strcmp(candidate->exe, name) == 0 ||
           (stat(name, &named) == 0 && stat(path, &running) == 0 &&
            named.st_dev == running.st_dev && named.st_ino == running.st_ino);
}

/* A comm of 15 bytes may be the beginning of a longer name; where it is the beginning of the
 * executable's name, that name decides. */
static bool has_name(const struct candidate *candidate, const char *name)
{
    const char *base = path_base(candidate->exe), *comm = candidate->comm;
    if (strcmp(base, name) == 0 || strcmp(comm, name) == 0)
        return true;
    return strlen(comm) == COMM_BYTES && strncmp(comm, name, COMM_BYTES) == 0 &&
           strncmp(comm, base, COMM_BYTES) != 0;
}

static char *read_words(const struct candidate *candidate)
{
    char text[WORDS_BYTES];
    size_t length = read_file(candidate->directory, "cmdline", text, sizeof text);
    while (length > 0 && text[length - 1] == '\0')
        length--;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\0')
            text[i] = ' ';
    return strdup(text);
}

/* A new entry, all zero; NULL: no memory. */
static struct process_entry *append_entry(struct process_list *list)
{
    struct process_entry *entries =
        realloc(list->entries, (list->count + 1) * sizeof *list->entries);
    if (!entries)
        return NULL;
    list->entries = entries;
    entries[list->count] = (struct process_entry){0};
    return &entries[list->count++];
}

/* False: no memory. */
static bool append(struct process_list *list, const struct candidate *candidate, pid_t pid)
{
    struct live_mapping mapping;
    struct process_entry *entry = append_entry(list);
    if (!entry)
        return false;
    *entry = (struct process_entry){
        .pid = (uint32_t)pid,
        .exe = strdup(*candidate->exe ? candidate->exe : candidate->comm),
        .words = read_words(candidate),
        .is_recorded = live_find_mapping(pid, &mapping) == 0,
    };
    if (entry->is_recorded)
        live_mapping_deinit(&mapping);
    return entry->exe && entry->words;
}

static int by_pid(const void *left, const void *right)
{
    const struct process_entry *a = left, *b = right;
    return (a->pid > b->pid) - (a->pid < b->pid);
}

static bool has_recorded(const struct process_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->entries[i].is_recorded)
            return true;
    return false;
}

static bool is_unseen(const struct roster_entry *entry)
{
    return !entry->fault &&
           (entry->is_closed || (entry->life == ROSTER_UNKNOWN && entry->process == 0));
}

/* Puts the entry into the list, in place of one that /proc gave for the same process.  False: no
 * memory. */
static bool append_state(struct process_list *list, const struct roster_entry *from)
{
    size_t i = 0;
    while (i < list->count && !(from->process && list->entries[i].pid == (uint32_t)from->process))
        i++;
    struct process_entry *entry = i < list->count ? &list->entries[i] : append_entry(list);
    if (!entry)
        return false;
    free(entry->exe);
    free(entry->words);
    *entry = (struct process_entry){.pid = roster_pid(from),
                                    .exe = strdup(from->vitals.exe),
                                    .words = strdup(from->vitals.words),
                                    .is_recorded = true,
                                    .state = strdup(from->path),
                                    .process = from->process};
    return entry->exe && entry->words && entry->state;
}

/* By name, or (NULL) by pid. */
static struct error *append_unseen(struct process_list *list, const char *name, pid_t pid)
{
    struct roster roster;
    const struct roster_options options = {.stale_ns = ROSTER_STALE_NS};
    struct error *error = roster_init(&roster, &options);
    for (size_t i = 0; !error && i < roster.count; i++) {
        const struct roster_entry *entry = &roster.entries[i];
        bool is_meant = is_unseen(entry) &&
                        (name ? roster_has_name(entry, name) : roster_pid(entry) == (uint32_t)pid);
        if (is_meant && !append_state(list, entry))
            error = error_no_memory();
    }
    roster_deinit(&roster);
    return error;
}

struct error *processes_find(struct process_list *list, const char *name)
{
    struct candidate candidate;
    bool is_path = strchr(name, '/') != NULL, has_memory = true;
    *list = (struct process_list){.count = 0};
    DIR *entries = opendir("/proc");
    for (struct dirent *entry; entries && has_memory && (entry = readdir(entries)) != NULL;) {
        pid_t pid;
        if (!quantity_parse_pid(entry->d_name, &pid) || pid == getpid())
            continue;
        snprintf(candidate.directory, sizeof candidate.directory, "/proc/%d", (int)pid);
        read_file(candidate.directory, "comm", candidate.comm, sizeof candidate.comm);
        candidate.comm[strcspn(candidate.comm, "\n")] = '\0';
        read_exe(&candidate);
        if (is_path ? runs_file(&candidate, name) : has_name(&candidate, name))
            has_memory = append(list, &candidate, pid);
    }
    if (entries) /* without /proc there are states */
        closedir(entries);
    struct error *error = has_memory ? NULL : error_no_memory();
    if (!error && !has_recorded(list))
        error = append_unseen(list, name, 0);
    if (list->count)
        qsort(list->entries, list->count, sizeof *list->entries, by_pid);
    return error;
}

struct error *processes_find_pid(struct process_list *list, pid_t pid)
{
    struct live_mapping mapping;
    *list = (struct process_list){.count = 0};
    int fault = live_find_mapping(pid, &mapping);
    live_mapping_deinit(&mapping);
    return fault ? append_unseen(list, NULL, pid) : NULL;
}

void processes_deinit(struct process_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->entries[i].exe);
        free(list->entries[i].words);
        free(list->entries[i].state);
    }
    free(list->entries);
    *list = (struct process_list){.count = 0};
}
