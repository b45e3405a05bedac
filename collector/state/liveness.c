/* SPDX-License-Identifier: Apache-2.0
 *
 * A process whose maps we may not read counts as one that may map the state if
 * it could have made it: by its pid, and as its owner or as one that is old enough.
 * Strangers can take a pid and a name for a mapping, so neither is enough.
 */
#include "collector/state/liveness.h"
#include "collector/base/clock.h"
#include "collector/base/path.h"
#include "preload/state_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define INITIAL_PID_NAMESPACE UINT64_C(0xeffffffc) /* sees every process */
#define CLOCK_SLACK_NS        UINT64_C(20000000)   /* both times are rounded to a clock tick */

struct maps_line {
    char range[64];
    char access[8]; /* "rw-s" */
    dev_t device;
    ino_t inode;
    char *path; /* in the line; "" for none */
};

/* Reads a line of /proc/PID/maps, if it is that of a file that is mapped shared and writable, as
 * one in a hundred is. */
static bool parse_line(char *line, struct maps_line *parsed)
{
    unsigned major, minor;
    unsigned long inode;
    int path_at = 0;
    const char *access = strchr(line, ' ');
    if (!access || strlen(access) < 5 || access[2] != 'w' || access[4] != 's')
        return false;
    line[strcspn(line, "\n")] = '\0';
    if (sscanf(line, "%63s %7s %*x %x:%x %lu %n", parsed->range, parsed->access, &major, &minor,
               &inode, &path_at) < 5 ||
        inode == 0)
        return false;
    parsed->device = makedev(major, minor);
    parsed->inode = inode;
    parsed->path = line + path_at;
    parsed->path[path_bytes(parsed->path)] = '\0';
    return true;
}

/* Calls `visit` for each file mapping that is shared and writable, as a state's is; 0, or why the
 * maps cannot be read. */
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

/* Is `user` among the process's user ids? */
static bool has_user(pid_t pid, uid_t user)
{
    char path[64], line[256];
    unsigned ids[4];
    bool has = false;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "re");
    while (status && !has && fgets(line, sizeof(line), status))
        has = sscanf(line, "Uid: %u %u %u %u", &ids[0], &ids[1], &ids[2], &ids[3]) == 4 &&
              (ids[0] == user || ids[1] == user || ids[2] == user || ids[3] == user);
    if (status)
        fclose(status);
    return has;
}

/* Some file systems show another device or inode in maps than stat does.  Then the mapping
 * itself is compared, where we may open it; else the name, which has a random part, counts, if
 * the process belongs to the file's owner. */
static bool is_by_another_number(const struct live_query *query, pid_t pid,
                                 const struct maps_line *line)
{
    char path[128];
    struct stat status;
    const char *slash = strrchr(line->path, '/');
    if (!slash || !query->name || !*query->name || strcmp(slash + 1, query->name) != 0)
        return false;
    snprintf(path, sizeof(path), "/proc/%d/map_files/%s", (int)pid, line->range);
    if (stat(path, &status) == 0)
        return status.st_dev == query->device && status.st_ino == query->inode;
    return has_user(pid, query->owner);
}

/* Only writable mappings are visited: a reader of the state is a collector, perhaps ourselves. */
static void note_mapping(void *context, const struct maps_line *line)
{
    struct scan *scan = context;
    for (size_t i = 0; i < scan->count; i++) {
        struct live_query *query = &scan->queries[i];
        if ((query->inode == line->inode && query->device == line->device) ||
            is_by_another_number(query, scan->pid, line)) {
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

/* Was the state made in another pid namespace than ours?  A process of such a namespace has more
 * than one pid in NSpid. */
static bool is_foreign(const struct live_query *query)
{
    return live_is_foreign_namespace(query->pid_namespace);
}

bool live_is_foreign_namespace(uint64_t pid_namespace)
{
    uint64_t ours = our_namespace();
    return ours != 0 && pid_namespace != 0 && pid_namespace != ours;
}

uint64_t live_made_ns(int fd)
{
    struct statx status;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &status) != 0 || !(status.stx_mask & STATX_BTIME))
        return 0;
    return (uint64_t)status.stx_btime.tv_sec * 1000000000 + status.stx_btime.tv_nsec;
}

uint64_t live_began_ns(pid_t pid)
{
    char path[64], text[1024];
    unsigned long long ticks;
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
    if (file)
        fclose(file);
    text[length] = '\0';
    const char *end = strrchr(text, ')'); /* of its name, which may be anything */
    if (!end || sscanf(end + 1,
                       " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d"
                       " %*d %*d %*d %llu",
                       &ticks) != 1)
        return 0;
    uint64_t booted_ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
    return booted_ns + ticks * (1000000000 / (unsigned long long)sysconf(_SC_CLK_TCK));
}

/* Without the pid, one closed process (an ssh-agent) would keep all states alive.  One that
 * changed its user may have a stranger's, but is older than the state; a stranger who
 * waited for that pid is not. */
bool live_may_be_maker(pid_t pid, const struct live_query *query)
{
    char path[64], line[256];
    bool has_pid = query->pid == 0;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "re");
    while (status && !has_pid && fgets(line, sizeof(line), status))
        if (strncmp(line, "NSpid:", 6) == 0)
            has_pid = calls_itself(line, query->pid) &&
                      (!is_foreign(query) || strchr(line, '\t') != strrchr(line, '\t'));
    if (status)
        fclose(status);
    if (!has_pid)
        return false;
    return has_user(pid, query->owner) ||
           (query->pid != 0 && query->made_ns != 0 && live_began_ns(pid) != 0 &&
            live_began_ns(pid) <= query->made_ns + CLOCK_SLACK_NS);
}

static void scan_process(struct live_query *queries, size_t count, pid_t pid)
{
    struct scan scan = {queries, count, pid};
    int error = each_mapping(pid, note_mapping, &scan);
    if (error == 0 || error == ENOENT || error == ESRCH)
        return;
    for (size_t i = 0; i < count; i++)
        if (!queries[i].is_live && live_may_be_maker(pid, &queries[i]))
            queries[i].is_live = true;
}

static bool all_live(const struct live_query *queries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!queries[i].is_live)
            return false;
    return true;
}

static bool can_tell(uint64_t ours, uint64_t pid_namespace)
{
    return ours != 0 &&
           (ours == INITIAL_PID_NAMESPACE || pid_namespace == 0 || pid_namespace == ours);
}

bool live_can_tell(uint64_t pid_namespace)
{
    return can_tell(our_namespace(), pid_namespace);
}

struct live_query live_query_of(int fd, const struct stat *status, const char *name, uint32_t pid,
                                uint64_t pid_namespace)
{
    return (struct live_query){
        .device = status->st_dev,
        .inode = status->st_ino,
        .name = name,
        .owner = status->st_uid,
        .made_ns = live_made_ns(fd),
        .pid = pid,
        .pid_namespace = pid_namespace,
    };
}

void live_check(struct live_query *queries, size_t count)
{
    uint64_t ours = our_namespace();
    for (size_t i = 0; i < count; i++) {
        queries[i].is_live = queries[i].is_unknown = false;
        queries[i].process = 0;
        if (queries[i].pid != 0 && queries[i].pid <= INT32_MAX)
            scan_process(&queries[i], 1, (pid_t)queries[i].pid);
    }
    if (all_live(queries, count))
        return;
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes && (entry = readdir(processes)) != NULL;) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        if (*end == '\0' && pid > 0)
            scan_process(queries, count, (pid_t)pid);
    }
    for (size_t i = 0; i < count; i++)
        if (!queries[i].is_live && (!processes || !can_tell(ours, queries[i].pid_namespace)))
            queries[i].is_live = queries[i].is_unknown = true;
    if (processes)
        closedir(processes);
}

/* --- the state of a process --- */

struct search {
    struct live_mapping *mapping;
    bool is_found, no_memory;
};

static void find_state(void *context, const struct maps_line *line)
{
    struct search *search = context;
    if (search->is_found || line->path[0] != '/' || !state_name_is(path_base(line->path)))
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
