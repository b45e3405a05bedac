/* SPDX-License-Identifier: Apache-2.0
 *
 * A process whose maps we may not read counts as one that may map the state if
 * it could have made it: by its pid, and as its owner.
 */
#include "collector/live.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define INITIAL_PID_NAMESPACE UINT64_C(0xeffffffc) /* sees every process */
#define DELETED               " (deleted)"

struct maps_line {
    char range[64];
    char access[8]; /* "rw-s" */
    dev_t device;
    ino_t inode;
    char *path; /* in the line; "" for none */
};

static bool parse_line(char *line, struct maps_line *parsed)
{
    unsigned major, minor;
    unsigned long inode;
    int path_at = 0;
    line[strcspn(line, "\n")] = '\0';
    if (sscanf(line, "%63s %7s %*x %x:%x %lu %n", parsed->range, parsed->access, &major, &minor,
               &inode, &path_at) < 5 ||
        inode == 0)
        return false;
    parsed->device = makedev(major, minor);
    parsed->inode = inode;
    parsed->path = line + path_at;
    size_t length = strlen(parsed->path), suffix = strlen(DELETED);
    if (length > suffix && strcmp(parsed->path + length - suffix, DELETED) == 0)
        parsed->path[length - suffix] = '\0';
    return true;
}

/* Calls `visit` for each file mapping; 0, or why the maps cannot be read. */
static int each_mapping(pid_t pid, void (*visit)(void *context, const struct maps_line *line),
                        void *context)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "re");
    if (!maps)
        return errno;
    char *line = NULL;
    size_t capacity = 0;
    struct maps_line parsed;
    errno = 0;
    while (getline(&line, &capacity, maps) > 0)
        if (parse_line(line, &parsed))
            visit(context, &parsed);
    int error = ferror(maps) ? errno ? errno : EIO : 0;
    free(line);
    fclose(maps);
    return error;
}

/* --- is it mapped? --- */

struct scan {
    struct live_query *queries;
    size_t count;
    pid_t pid;
};

/* Who maps it without writing is a collector, perhaps ourselves. */
static void note_mapping(void *context, const struct maps_line *line)
{
    struct scan *scan = context;
    if (line->access[1] != 'w')
        return;
    const char *slash = strrchr(line->path, '/');
    for (size_t i = 0; i < scan->count; i++) {
        struct live_query *query = &scan->queries[i];
        /* Some file systems show another device here than stat does: then the name,
         * which is random, says it. */
        bool is_same = query->inode == line->inode && query->device == line->device;
        if (is_same ||
            (slash && query->name && *query->name && strcmp(slash + 1, query->name) == 0)) {
            query->is_live = true;
            query->process = scan->pid;
        }
    }
}

/* The last number of "NSpid: 4711 12 1": what the process calls itself. */
static bool calls_itself(const char *line, uint32_t pid)
{
    const char *last = strrchr(line, '\t');
    return !last || strtoul(last, NULL, 10) == pid;
}

static uint64_t our_namespace(void)
{
    struct stat status;
    return stat("/proc/self/ns/pid", &status) == 0 ? status.st_ino : 0;
}

/* Was the state made in another pid namespace than ours?  A process there has more
 * than one number in NSpid, one here has one. */
static bool is_foreign(const struct live_query *query)
{
    uint64_t ours = our_namespace();
    return ours != 0 && query->pid_namespace != 0 && query->pid_namespace != ours;
}

/* Whether a process whose maps are closed to us could have made the state: it has
 * the owner among its user ids and, in its namespace, the pid that the state says.
 * Without the second, one closed process (an ssh-agent) would keep all states alive. */
static bool may_be_maker(pid_t pid, const struct live_query *query)
{
    char path[64], line[256];
    unsigned ids[4];
    bool has_owner = false, has_pid = true;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "re");
    if (!status)
        return false; /* it has ended */
    while (fgets(line, sizeof(line), status))
        if (sscanf(line, "Uid: %u %u %u %u", &ids[0], &ids[1], &ids[2], &ids[3]) == 4)
            has_owner = ids[0] == query->owner || ids[1] == query->owner ||
                        ids[2] == query->owner || ids[3] == query->owner;
        else if (strncmp(line, "NSpid:", 6) == 0 && query->pid != 0)
            has_pid = calls_itself(line, query->pid) &&
                      (!is_foreign(query) || strchr(line, '\t') != strrchr(line, '\t'));
    fclose(status);
    return has_owner && has_pid;
}

static void scan_process(struct live_query *queries, size_t count, pid_t pid)
{
    struct scan scan = {queries, count, pid};
    int error = each_mapping(pid, note_mapping, &scan);
    if (error == 0 || error == ENOENT || error == ESRCH)
        return;
    for (size_t i = 0; i < count; i++)
        if (!queries[i].is_live && ((queries[i].pid == (uint32_t)pid && !is_foreign(&queries[i])) ||
                                    may_be_maker(pid, &queries[i])))
            queries[i].is_live = true;
}

static bool all_live(const struct live_query *queries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!queries[i].is_live)
            return false;
    return true;
}

void live_check(struct live_query *queries, size_t count)
{
    uint64_t ours = our_namespace();
    for (size_t i = 0; i < count; i++) {
        queries[i].is_live = false;
        queries[i].process = 0;
        if (queries[i].pid != 0 && queries[i].pid <= INT32_MAX)
            scan_process(&queries[i], 1, (pid_t)queries[i].pid);
    }
    if (all_live(queries, count))
        return;
    DIR *processes = opendir("/proc");
    bool is_readable = processes && ours != 0;
    for (struct dirent *entry; processes && (entry = readdir(processes)) != NULL;) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        if (*end == '\0' && pid > 0)
            scan_process(queries, count, (pid_t)pid);
    }
    if (processes)
        closedir(processes);
    for (size_t i = 0; i < count; i++) {
        bool is_visible =
            is_readable && (ours == INITIAL_PID_NAMESPACE || queries[i].pid_namespace == 0 ||
                            queries[i].pid_namespace == ours);
        if (!is_visible)
            queries[i].is_live = true; /* it cannot be told */
    }
}

/* --- the state of a process --- */

struct search {
    struct live_mapping *mapping;
    bool is_found, no_memory;
};

static void find_state(void *context, const struct maps_line *line)
{
    struct search *search = context;
    const char *slash = strrchr(line->path, '/');
    const char *name = slash ? slash + 1 : line->path;
    size_t length = strlen(name), suffix = strlen(".state");
    bool is_file =
        line->path[0] == '/' && length > suffix && strcmp(name + length - suffix, ".state") == 0;
    if (search->is_found || (!is_file && strncmp(name, "memfd:memprof", 13) != 0))
        return;
    search->mapping->path = strdup(line->path);
    search->mapping->range = strdup(line->range);
    search->mapping->device = line->device;
    search->mapping->inode = line->inode;
    search->is_found = true;
    search->no_memory = !search->mapping->path || !search->mapping->range;
}

int live_find_mapping(pid_t pid, struct live_mapping *mapping)
{
    struct search search = {.mapping = mapping};
    *mapping = (struct live_mapping){0};
    int error = each_mapping(pid, find_state, &search);
    if (!error && search.no_memory)
        error = ENOMEM;
    if (error) {
        live_mapping_deinit(mapping);
        return error == ENOENT ? ESRCH : error;
    }
    return search.is_found ? 0 : ENOENT;
}

void live_mapping_deinit(struct live_mapping *mapping)
{
    free(mapping->path);
    free(mapping->range);
    *mapping = (struct live_mapping){0};
}
