/* SPDX-License-Identifier: Apache-2.0
 *
 * The running processes that a name means.
 */
#ifndef MEMPROF_TOOLS_PROCESSES_H
#define MEMPROF_TOOLS_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "collector/base/error.h"

struct process_entry {
    uint32_t pid;     /* in our pid namespace, or as it calls itself */
    char *exe;        /* its executable's path; its comm where that cannot be read */
    char *words;      /* its command line, the words separated by spaces; "" where unknown */
    bool is_recorded; /* it maps a state, so memprof records it */
    char *state;      /* its state's path, where /proc does not lead to that; else NULL */
    pid_t process;    /* with `state`: in our pid namespace; 0: not known */
};

struct process_list {
    struct process_entry *entries; /* by pid */
    size_t count;
};

/* A name with a slash is an executable's path; any other name is the last component of an
 * executable's path, or a process's comm (what `ps -o comm` shows, at most 15 bytes).  This
 * process is never among them.  Where none of them is recorded, those that /proc hides are looked
 * for by their states.  processes_deinit() it in any case. */
struct error *processes_find(struct process_list *list, const char *name);
/* Those of that pid that are to be found by their states alone; none if /proc shows one. */
struct error *processes_find_pid(struct process_list *list, pid_t pid);
void processes_deinit(struct process_list *list);

#endif
