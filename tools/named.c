/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/named.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "collector/live_process.h"
#include "tools/processes.h"
#include "tools/quantity.h"

#define STEP_MS 100
#define STEPS   20 /* a shell's child may be about to become the program */

static bool has_library(pid_t pid)
{
    char path[32], line[4096];
    bool has = false;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "re");
    while (maps && !has && fgets(line, sizeof line, maps))
        has = strstr(line, "/libmemprof.so") != NULL;
    if (maps)
        fclose(maps);
    return has;
}

/* One whose state is known though /proc does not lead to it. */
static bool has_state(pid_t pid)
{
    struct process_list list;
    struct error *error = processes_find_pid(&list, pid);
    bool has = !error && list.count > 0;
    processes_deinit(&list);
    error_destroy(error);
    return has;
}

/* NULL: it may be served. */
static struct error *why_not(pid_t pid)
{
    struct live_process *process;
    struct error *error = live_process_open(pid, &process);
    if (!error) {
        live_process_close(process);
        return NULL;
    }
    if (!has_library(pid) && !has_state(pid))
        return error;
    error_destroy(error);
    return NULL;
}

static struct error *check(pid_t pid)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000};
    struct error *error = why_not(pid);
    for (int i = 1; error && i < STEPS && kill(pid, 0) == 0; i++) {
        error_destroy(error);
        nanosleep(&step, NULL);
        error = why_not(pid);
    }
    return error;
}

struct error *named_check(char *const *names)
{
    struct error *error = NULL;
    for (; *names && !error; names++) {
        pid_t pid;
        if (quantity_parse_pid(*names, &pid))
            error = check(pid);
    }
    return error;
}
