/* SPDX-License-Identifier: Apache-2.0
 *
 * A helper of ours is a fork of us and has our name.  It is reaped by who started it.
 */
#include "tools/stat/orphans.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME_BYTES 64

void stat_orphans_adopt(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* "PID (NAME) STATE PARENT ..."; the name may have parentheses of its own. */
static bool read_process(const char *pid, char name[static NAME_BYTES], char *state, int *parent)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    FILE *file = fopen(path, "re");
    bool is_read = file && fgets(line, sizeof line, file);
    if (file)
        fclose(file);
    char *start = is_read ? strchr(line, '(') : NULL, *end = is_read ? strrchr(line, ')') : NULL;
    if (!start || !end || end < start)
        return false;
    *end = '\0';
    snprintf(name, NAME_BYTES, "%.*s", NAME_BYTES - 1, start + 1);
    return sscanf(end + 1, " %c %d", state, parent) == 2;
}

/* Whether a process is a fork of us. */
static bool is_helper(pid_t pid)
{
    char text[24], own[NAME_BYTES], name[NAME_BYTES], state;
    int parent;
    snprintf(text, sizeof text, "%d", (int)pid);
    return read_process("self", own, &state, &parent) &&
           read_process(text, name, &state, &parent) && strcmp(name, own) == 0;
}

void stat_orphans_reap(pid_t program)
{
    for (;;) {
        siginfo_t info = {.si_pid = 0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0 ||
            info.si_pid == program || is_helper(info.si_pid))
            return;
        waitpid(info.si_pid, NULL, WNOHANG);
    }
}

size_t stat_orphans_count(void)
{
    char own[NAME_BYTES], name[NAME_BYTES], state;
    int parent;
    size_t count = 0;
    DIR *processes = opendir("/proc");
    if (!processes || !read_process("self", own, &state, &parent)) {
        if (processes)
            closedir(processes);
        return 0;
    }
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9' ||
            !read_process(entry->d_name, name, &state, &parent) || parent != getpid() ||
            strcmp(name, own) == 0)
            continue;
        pid_t pid = (pid_t)atoi(entry->d_name);
        count += waitpid(pid, NULL, WNOHANG) != pid;
    }
    closedir(processes);
    return count;
}
