/* SPDX-License-Identifier: Apache-2.0
 *
 * From states to profiles: what the commands on processes need.  A state is a
 * file that a profiled process writes; it stays when the process is killed.
 * Collecting one writes a profile and, when its process is gone, removes it.
 */
#ifndef MEMPROF_COLLECTOR_COLLECT_H
#define MEMPROF_COLLECTOR_COLLECT_H

#include "collector/error.h"
#include "collector/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* struct collect_result.flags */
#define COLLECT_FIRST  1u /* the process that `memprof run` started */
#define COLLECT_FORKED 2u /* made by fork, without exec */
#define COLLECT_CHILD  4u /* its parent was profiled too */

/* All zero is the default. */
struct collect_options {
    /* Template of the profile's name, relative to our directory; NULL: MEMPROF_OUT, else the
     * default.  What the state says counts at_exit alone. */
    const char *out;
    uint64_t run_began_ns; /* CLOCK_REALTIME; `memprof run` collects what its run left; 0: no */
    bool use_debuginfod;   /* ask the servers of DEBUGINFOD_URLS for missing debug files */
    unsigned debuginfod_timeout_s; /* 0: 10 */
    unsigned soft_limit_ms;        /* no DWARF is read after this long; 0: no limit */
    uint32_t max_samples;          /* the smallest ones over it are folded; 0: no limit */
    bool at_exit;                  /* called by the process itself, which is about to end */
    bool keep_state;               /* do not remove it afterwards */
    /* Called now and then with done <= total; may be NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
};

struct collect_result {
    char *path; /* the profile */
    char *exe;
    uint32_t pid; /* in its own pid namespace */
    uint32_t flags;
    uint64_t run_id; /* 0: not under `memprof run` */
    int64_t totals[PROFILE_VALUES];
    uint64_t interval_bytes;
    uint64_t samples;   /* recorded */
    uint64_t truncated; /* of these, with a stack cut short */
    uint64_t lost;      /* events that lost something, see the profile's comments */
    bool is_live;       /* the process runs; its state stays */
    bool has_removed_state;
    char *warning; /* what is missing in the profile; NULL: nothing */
    char *remark;  /* for who wants to know; NULL */
    /* Whether the process's descriptor 2 is still what it was at start, for at_exit. */
    bool may_print;
    bool is_verbose;
};

/* result is zeroed first; collect_result_deinit() it in any case. */
struct error *collect_path(const char *state, const struct collect_options *options,
                           struct collect_result *result);
struct state_entry;
/* One of a list's, which must still be there. */
struct error *collect_entry(const struct state_entry *entry, const struct collect_options *options,
                            struct collect_result *result);
/* A living process, without disturbing it. */
struct error *collect_pid(pid_t pid, const struct collect_options *options,
                          struct collect_result *result);
void collect_result_deinit(struct collect_result *result);

/* The directory where states go: MEMPROF_DIR, else memprof-UID in /dev/shm, else
 * in TMPDIR or /tmp; made with mode 0700 when `create` says so and it is missing.
 * One that is not a directory of ours with that mode is not used.  The caller frees the
 * path and closes the descriptor. */
struct error *state_directory(bool create, char **path, int *fd);

struct state_entry {
    char *path;       /* of the state, for messages */
    const char *name; /* its last component */
    int directory;    /* in which that name counts; the list's */
    dev_t device;
    ino_t inode;
    char *exe;
    uint32_t pid;
    uint32_t flags; /* COLLECT_* */
    uint64_t run_id;
    uint64_t start_ns; /* CLOCK_REALTIME */
    uint64_t age_ns;   /* since it was last written to, as the file system knows it */
    uint64_t disk_bytes;
    uint64_t samples;
    bool is_live;  /* or it cannot be told */
    bool is_valid; /* false: not a state we can read; only path, age_ns and disk_bytes are set */
};

struct state_list {
    struct state_entry *entries; /* oldest start first */
    size_t count;
    int directories[2]; /* descriptors, open as long as the list is there; -1: none */
};

/* All states in `directory`, or (NULL) in every place state_directory() considers.
 * No directory there is an empty list. */
struct error *state_list_init(struct state_list *list, const char *directory);
void state_list_deinit(struct state_list *list);
/* Removes the entry's file; false: it is another one by now, or is being collected. */
bool state_entry_remove(const struct state_entry *entry);
/* Removes dead states (and logs of `memprof run`) at least this old; without a directory also
 * what the symbol cache has not used for so long. */
struct error *state_prune(const char *directory, uint64_t age_ns, size_t *removed);

/* Opens the state that a living process maps; also in another pid namespace. */
struct error *state_open_pid(pid_t pid, int *fd, char **path);

#endif
