/* SPDX-License-Identifier: Apache-2.0
 *
 * The paths of both sides of a comparison as one tree, in which nodes become others: functions
 * that one side inlined their callers, and nodes of one name below one caller each other.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_CALL_TREE_H
#define MEMPROF_COLLECTOR_PROFILE_CALL_TREE_H

#include "collector/profile/change.h"
#include "collector/profile/hash.h"

struct call_tree_options {
    uint32_t base_runs;
    const uint8_t *is_left_out; /* by function: frames that are no part of a path here */
    const uint32_t *name;       /* by function: the same for all that count as one */
};

struct call_node {
    uint32_t parent, function;
    uint32_t first_parent; /* before anything was folded */
    uint32_t child, next;  /* first child; next child of the parent */
    uint32_t target;       /* the node that it has become; itself: it stands */
    bool is_folded;        /* it became its caller; else it was merged with its like */
    double own[2], all[2]; /* objects, of a mean run of each side; with what is below */
    struct change change;  /* of the node's own */
    uint32_t shift;        /* of which this is a part, by the node that it begins at; 0: none */
};

struct call_tree {
    const struct site_table *table;
    const struct call_tree_options *options;
    PROFILE_POOL(struct call_node) nodes; /* 0: around all */
    struct hash_index known;              /* by parent and function */
    uint8_t *sides_of_function;
    uint32_t run_counts[2];
    uint64_t steps; /* that are left; without any nothing more is folded */
    bool is_exact, has_memory;
};

/* Of the table and the options that are set.  *places: the node of each site's path, which the
 * caller frees.  False: no memory.  call_tree_deinit() it in any case. */
bool call_tree_build(struct call_tree *tree, uint32_t **places);
void call_tree_deinit(struct call_tree *tree);

/* The child with that function that stands; 0: none. */
uint32_t call_tree_child(const struct call_tree *tree, uint32_t parent, uint32_t function);
/* Puts a node below a parent that has no child of that function.  False: no memory. */
bool call_tree_attach(struct call_tree *tree, uint32_t index, uint32_t parent);
/* What a node has become. */
uint32_t call_tree_standing(const struct call_tree *tree, uint32_t index);

#endif
