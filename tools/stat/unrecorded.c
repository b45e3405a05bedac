/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/stat/unrecorded.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/path.h"
#include "tools/executable.h"

#define DEPTH_MAX  64   /* of children of children */
#define PROCESSES  4096 /* that are remembered; more are not looked at */
#define NAME_BYTES 64
#define PRIVILEGED "it has privileges of its own (set-user-ID or file capabilities)"
#define TRY        "; try "

/* --- what is seen of processes that run --- */

static bool was_seen(const struct stat_unrecorded *seen, pid_t pid, const char *name)
{
    for (size_t i = seen->count; i-- > 0;)
        if (seen->processes[i].pid == pid && strcmp(seen->processes[i].name, name) == 0)
            return true;
    return false;
}

static void note(struct stat_unrecorded *seen, pid_t pid, const char *name, const char *reason)
{
    if (seen->count == seen->capacity) {
        size_t wanted = seen->capacity ? 2 * seen->capacity : 64;
        void *moved =
            wanted > PROCESSES ? NULL : realloc(seen->processes, wanted * sizeof *seen->processes);
        if (!moved)
            return;
        seen->processes = moved;
        seen->capacity = wanted;
    }
    struct stat_unrecorded_process process = {pid, strdup(name), reason ? strdup(reason) : NULL};
    if (process.name && (process.reason || !reason)) {
        seen->processes[seen->count++] = process;
        return;
    }
    free(process.name);
    free(process.reason);
}

/* What is wrong, without the path before it and the advice behind it. */
static char *reason_of(const char *path, const struct error *error)
{
    const char *text = error_message(error);
    size_t length = strlen(path);
    if (strncmp(text, path, length) == 0 && strncmp(text + length, ": ", 2) == 0)
        text += length + 2;
    const char *end = strstr(text, TRY);
    return strndup(text, end ? (size_t)(end - text) : strlen(text));
}

/* One whose executable may not be known is another user's by privilege: it was started by ours. */
static void look_at_privileged(struct stat_unrecorded *seen, pid_t pid)
{
    char path[64], name[NAME_BYTES];
    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    if (fgets(name, sizeof name, file)) {
        name[strcspn(name, "\n")] = '\0';
        if (!was_seen(seen, pid, name))
            note(seen, pid, name, PRIVILEGED);
    }
    fclose(file);
}

static void look_at(struct stat_unrecorded *seen, pid_t pid)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) {
        if (errno == EACCES || errno == EPERM)
            look_at_privileged(seen, pid);
        return;
    }
    path[length] = '\0';
    if (was_seen(seen, pid, path_base(path)))
        return;
    struct error *error = executable_check(path);
    char *reason = error ? reason_of(path, error) : NULL;
    error_destroy(error);
    note(seen, pid, path_base(path), reason);
    free(reason);
}

static void look_below(struct stat_unrecorded *seen, pid_t parent, int depth);

static void look_at_children(struct stat_unrecorded *seen, const char *path, int depth)
{
    FILE *file = fopen(path, "re");
    int pid;
    while (file && fscanf(file, "%d", &pid) == 1) {
        look_at(seen, (pid_t)pid);
        look_below(seen, (pid_t)pid, depth + 1);
    }
    if (file)
        fclose(file);
}

/* Each thread has children of its own. */
static void look_below(struct stat_unrecorded *seen, pid_t parent, int depth)
{
    char path[128];
    snprintf(path, sizeof path, "/proc/%d/task", (int)parent);
    DIR *threads = depth < DEPTH_MAX ? opendir(path) : NULL;
    for (struct dirent *entry; threads && (entry = readdir(threads));) {
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/children", (int)parent, entry->d_name);
        if (entry->d_name[0] != '.')
            look_at_children(seen, path, depth);
    }
    if (threads)
        closedir(threads);
}

void stat_unrecorded_look(struct stat_unrecorded *seen, pid_t program)
{
    look_below(seen, program, 0);
}

void stat_unrecorded_deinit(struct stat_unrecorded *seen)
{
    for (size_t i = 0; i < seen->count; i++) {
        free(seen->processes[i].name);
        free(seen->processes[i].reason);
    }
    free(seen->processes);
    *seen = (struct stat_unrecorded){NULL, 0, 0};
}

/* --- by program --- */

static bool add(struct stat_record *record, struct stat_run *run, const char *name,
                const char *reason)
{
    for (size_t i = 0; i < run->unrecorded_count; i++) {
        struct stat_unrecorded_program *program = &run->unrecorded[i];
        if (strcmp(program->name, name) == 0 && strcmp(program->reason, reason) == 0) {
            program->processes++;
            return true;
        }
    }
    struct stat_unrecorded_program *program = &run->unrecorded[run->unrecorded_count++];
    *program = (struct stat_unrecorded_program){stat_record_text(record, name),
                                                stat_record_text(record, reason), 1};
    return program->name && program->reason;
}

bool stat_unrecorded_keep(const struct stat_unrecorded *seen, const struct run_log *log,
                          struct stat_record *record, struct stat_run *run)
{
    size_t most = seen->count + log->refusal_count;
    run->unrecorded = stat_record_allocate(record, (most + 1) * sizeof *run->unrecorded);
    bool has_memory = run->unrecorded != NULL;
    for (size_t i = 0; i < seen->count && has_memory; i++)
        if (seen->processes[i].reason)
            has_memory = add(record, run, seen->processes[i].name, seen->processes[i].reason);
    for (size_t i = 0; i < log->refusal_count && has_memory; i++) {
        const struct run_log_refusal *refusal = &log->refusals[i];
        const char *object = *refusal->object ? path_base(refusal->object) : "a process";
        has_memory = add(record, run, object, refusal->reason);
    }
    return has_memory;
}
