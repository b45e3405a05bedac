/* SPDX-License-Identifier: Apache-2.0
 *
 * Which recorded processes `memprof ps` shows, in which order.
 */
#ifndef MEMPROF_TOOLS_PS_SELECTION_H
#define MEMPROF_TOOLS_PS_SELECTION_H

#include "collector/roster.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct ps_row {
    const struct roster_entry *entry;
    size_t depth; /* below its oldest ancestor in the list; 0 without --tree */
    /* Bytes and objects in use, of it and of all that descend from it. */
    uint64_t tree_bytes, tree_objects;
};

struct ps_list {
    struct ps_row *rows;
    size_t count;
};

struct ps_wanted {
    bool with_ended; /* those, too, and states that cannot be read */
    bool is_tree;
    char *const *names; /* names or pids; any one of them */
    size_t name_count;
};

bool ps_is_wanted(const struct roster_entry *entry, const struct ps_wanted *wanted);
/* Largest live bytes first; as a tree, each after its parent.  False: no memory.
 * ps_list_deinit() it in any case. */
bool ps_list_init(struct ps_list *list, const struct roster *roster,
                  const struct ps_wanted *wanted);
void ps_list_deinit(struct ps_list *list);

/* On stdout. */
void ps_print_table(const struct ps_list *list, bool is_tree);
/* False: no memory. */
bool ps_print_json(FILE *out, const struct ps_list *list, const struct roster *roster,
                   bool with_timeline);

/* What is known of its life in one word, for programs: "running", "unknown", "ended". */
const char *ps_life_name(enum roster_life life);

#endif
