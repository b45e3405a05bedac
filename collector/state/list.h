/* SPDX-License-Identifier: Apache-2.0
 *
 * Which states there are, and whose process lives.
 */
#ifndef MEMPROF_COLLECTOR_STATE_LIST_H
#define MEMPROF_COLLECTOR_STATE_LIST_H

#include "collector/base/error.h"
#include "collector/state/info.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct state_entry {
    char *path;       /* of the state, for messages */
    const char *name; /* its last component */
    int directory;    /* in which that name counts; the list's */
    dev_t device;
    ino_t inode;
    char *exe;
    uint32_t pid;
    uint32_t flags; /* STATE_IS_* */
    uint64_t run_id;
    uint64_t start_ns; /* CLOCK_REALTIME */
    uint64_t age_ns;   /* since it was last written to, as the file system knows it */
    uint64_t disk_bytes;
    uint64_t samples;
    bool is_live; /* or it cannot be told: then is_unknown, too */
    bool is_unknown;
    bool is_valid; /* false: not a state we can read; only path, age_ns and disk_bytes are set */
};

struct state_list {
    struct state_entry *entries; /* oldest start first */
    size_t count;
    int directories[2]; /* descriptors, open as long as the list is there; -1: none */
};

/* How many states an open directory has, of whatever process: an answer that costs little. */
struct state_count {
    size_t states;
    uint64_t disk_bytes;
};
struct state_count state_count_in(int directory);

/* All states in `directory`, or (NULL) in every place state_directory() considers.
 * No directory there is an empty list. */
struct error *state_list_init(struct state_list *list, const char *directory);
void state_list_deinit(struct state_list *list);
/* Removes the entry's file; false: it is another one by now, or is being collected. */
bool state_entry_remove(const struct state_entry *entry);
/* Removes dead states (and logs of `memprof run`) that are at least this old. */
struct error *state_prune(const char *directory, uint64_t age_ns, size_t *removed);

#endif
