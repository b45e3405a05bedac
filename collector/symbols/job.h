/* SPDX-License-Identifier: Apache-2.0
 *
 * What the process that reads symbols is asked to do for one state: modules, and the
 * addresses in them that want names.  It is sent over the same socket as the answers
 * (pipe.h), and only to a process that is done with the job before.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_JOB_H
#define MEMPROF_COLLECTOR_SYMBOLS_JOB_H

#include "collector/profile/profile.h"
#include "collector/state/module.h"
#include "collector/symbols/calls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much is tried for a module. */
enum symbol_level {
    SYMBOL_LEVEL_NONE,
    SYMBOL_LEVEL_TABLES, /* ELF symbols */
    SYMBOL_LEVEL_DWARF,
};

/* The locations of one module, ascending: order[first .. first + count). */
struct symbol_task {
    uint32_t module, first, count;
    enum symbol_level level;
};

/* As the collector has it. */
struct symbol_work {
    const struct profile *profile; /* locations have addresses */
    const struct symbol_calls *calls;
    const struct module *modules;
    const uint32_t *order;
    struct symbol_task *tasks;
    uint32_t task_count;
    int64_t deadline_ms; /* CLOCK_MONOTONIC; no DWARF after it; 0: none */
};

/* What stacks have below an address.  Several may have the same caller, one after the other. */
struct symbol_callee {
    uint64_t address; /* in the function, or its entry; 0: it is outside, or allocates */
    uint32_t caller;  /* the number of an address of the job */
    uint32_t is_entry;
};

/* As the worker has it: one module and one run of addresses for each task, in their order. */
struct symbol_job {
    const struct symbol_task *tasks;
    const struct module *modules;        /* by task, not by the number of the module */
    const uint64_t *addresses;           /* as the files have them */
    const struct symbol_callee *callees; /* by caller, ascending */
    uint32_t task_count, callee_count;
    int64_t deadline_ms;
    void *bytes; /* what all of this lies in */
};

/* The tasks from `first` on.  False: no memory, or who should listen is gone or does not
 * read before `until_ms`. */
bool symbol_job_send(int socket, const struct symbol_work *work, uint32_t first, int64_t until_ms);

/* Waits for a job.  False: there is none any more, or no memory for it. */
bool symbol_job_receive(int socket, struct symbol_job *job);
void symbol_job_deinit(struct symbol_job *job);

#endif
