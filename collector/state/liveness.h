/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a process still maps a state, as /proc/PID/maps says.
 */
#ifndef MEMPROF_COLLECTOR_STATE_LIVENESS_H
#define MEMPROF_COLLECTOR_STATE_LIVENESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct live_query {
    dev_t device;
    ino_t inode;
    const char *name;       /* the file's last component; has a random part */
    uid_t owner;            /* of the file */
    uint64_t made_ns;       /* live_made_ns() of the file; 0: not known */
    uint32_t pid;           /* that the state says; 0: not known */
    uint64_t pid_namespace; /* that the state says; 0: not known */
    bool is_live;           /* answer; also when it cannot be told */
    bool is_unknown;        /* answer: it cannot be told */
    pid_t process;          /* answer: who maps it, in our namespace; 0: not known */
};

/* About one state that is open; `name` is kept. */
struct live_query live_query_of(int fd, const struct stat *status, const char *name, uint32_t pid,
                                uint64_t pid_namespace);

/* When a file was made, CLOCK_REALTIME; 0: the file system does not know. */
uint64_t live_made_ns(int fd);
/* When a process began, CLOCK_REALTIME, to a tick; 0: it has ended. */
uint64_t live_began_ns(pid_t pid);
/* Whether a process whose maps are closed to us could have made the state: it has the pid that
 * the state says, in its namespace, and the owner's user id or is older than the state. */
bool live_may_be_maker(pid_t pid, const struct live_query *query);
/* Whether we would see a process of that pid namespace, so that one that is not seen has ended. */
bool live_can_tell(uint64_t pid_namespace);

/* Answers all with one pass over /proc. */
void live_check(struct live_query *queries, size_t count);

/* A mapping of a process's state. */
struct live_mapping {
    char *path;             /* as /proc/PID/maps has it, without " (deleted)" */
    char *range;            /* START-END, as in /proc/PID/map_files */
    uint64_t device, inode; /* as /proc shows them */
};
/* 0: found; ENOENT: that process maps none; else why it cannot be told. */
int live_find_mapping(pid_t pid, struct live_mapping *mapping);
void live_mapping_deinit(struct live_mapping *mapping);

/* Is a pid namespace, by its inode as a state says it, another one than ours? */
bool live_is_foreign_namespace(uint64_t pid_namespace);

#endif
