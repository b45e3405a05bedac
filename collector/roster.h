/* SPDX-License-Identifier: Apache-2.0
 *
 * Which processes memprof records, and how they do.  Who runs is found in /proc; states that
 * nobody there maps are looked for in the directories of states.  Nothing is locked or stopped.
 */
#ifndef MEMPROF_COLLECTOR_ROSTER_H
#define MEMPROF_COLLECTOR_ROSTER_H

#include "collector/base/error.h"
#include "collector/vitals.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ROSTER_STALE_NS (UINT64_C(60) * 1000000000)

enum roster_life {
    ROSTER_RUNNING,
    ROSTER_UNKNOWN, /* its pid namespace is not to be seen from ours, or there is no /proc */
    ROSTER_ENDED,
};

struct roster_entry {
    enum roster_life life;
    pid_t process, parent; /* in our pid namespace; 0: not known */
    /* Its maps are closed to us, though the state is ours: it has capabilities that we lack.
     * That it runs is concluded from its pid, its user and its age. */
    bool is_closed;
    char *path;  /* of its state */
    uid_t owner; /* of that file */
    dev_t device;
    ino_t inode;
    char comm[32]; /* of the process, if /proc shows it; else "" */
    char *fault;   /* why the state cannot be read; NULL: `vitals` is set */
    struct vitals vitals;
    uint64_t rss_bytes, rss_most_bytes, rss_private_bytes; /* 0: not known */
};

struct roster {
    struct roster_entry *entries;
    size_t count;
    char **closed; /* directories of states of other users, which are closed to us */
    size_t closed_count;
    char *remark; /* what is wrong with our own directory; NULL: nothing */
};

/* How far the look at /proc is, for who watches it from another process; shared memory. */
struct roster_progress {
    _Atomic uint64_t steps;  /* processes that were looked at; release, after `process` */
    _Atomic int32_t process; /* that is looked at; 0: none.  Relaxed */
};

struct roster_options {
    struct roster_progress *progress; /* NULL: nobody watches */
    const pid_t *skipped;             /* processes that are not to be looked at */
    size_t skipped_count;
    bool with_rings;
    /* A state of unknown life counts as ended when a younger one of the same program is there
     * and nothing happened in it for this long. */
    uint64_t stale_ns;
};

/* roster_deinit() it in any case. */
struct error *roster_init(struct roster *roster, const struct roster_options *options);
void roster_deinit(struct roster *roster);

/* The pid that people use for it: ours, else what it calls itself. */
uint32_t roster_pid(const struct roster_entry *entry);
/* A name is a comm, the last component of the executable's path, or that path; for one that /proc
 * does not show, the last component of its command's first word stands for the comm. */
bool roster_has_name(const struct roster_entry *entry, const char *name);

#endif
