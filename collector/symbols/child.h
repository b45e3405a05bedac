/* SPDX-License-Identifier: Apache-2.0
 *
 * The process that reads symbols, as the collector sees it: started, given a budget for
 * each state, more memory and time for large files, and ended.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_CHILD_H
#define MEMPROF_COLLECTOR_SYMBOLS_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct symbol_child {
    pid_t pid;           /* 0: there is none */
    int fd;              /* the socket to it */
    uint64_t heap_bytes; /* it may have: RLIMIT_DATA */
    uint64_t cpu_s;      /* it may take, of all jobs: RLIMIT_CPU */
    uid_t uid;           /* whose files it reads */
    gid_t gid;
    bool is_used;  /* it has done a job before */
    uint64_t turn; /* workers.c's: when it was last taken */
};

/* One that waits for a job, in which DWARF may be read until `deadline_ms`; is_shared: others
 * may follow.  False: there can be no child now. */
bool symbol_child_start(struct symbol_child *child, uid_t uid, gid_t gid, int64_t deadline_ms,
                        bool is_shared);
/* Gives one that did a job the budget of a new one.  False: it keeps too much memory of the
 * jobs before, or cannot be given it. */
bool symbol_child_renew(struct symbol_child *child, int64_t deadline_ms);
/* It was handed a file of so many bytes and may take so much longer. */
void symbol_child_allow(struct symbol_child *child, uint64_t file_bytes, uint64_t extra_ms);
/* Waits for its end, which is made certain. */
void symbol_child_end(struct symbol_child *child);

#endif
