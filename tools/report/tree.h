/* SPDX-License-Identifier: Apache-2.0
 *
 * The stacks of all views of a report (at the end, at the peak, a base ...) as one tree, so that a
 * view is nothing but other values of the same sites.
 */
#ifndef MEMPROF_TOOLS_REPORT_TREE_H
#define MEMPROF_TOOLS_REPORT_TREE_H

#include "collector/profile/profile.h"
#include "tools/report/pairs.h"

struct report_tree {
    struct profile *names;  /* its strings alone are used */
    struct pairs functions; /* name, module: strings */
    struct pairs places;    /* file: a string; line */
    struct pairs frames;    /* function, place */
    struct pairs nodes;     /* parent, which has a smaller index; frame */
    struct pairs classes;   /* high and low half of the label `bytes` */
    struct pairs sites;     /* node, class; 0: no stack, no label */
    uint32_t views, types;
    PROFILE_POOL(int64_t) values;     /* [site][view][type]; site 0 is none */
    struct profile *canonical;        /* names that do not depend on the build; NULL: not needed */
    struct pairs canonical_functions; /* canonical name and module: its strings */
    PROFILE_POOL(uint32_t) first_of;  /* by canonical function: the first that has it */
    uint32_t folded_frame;            /* stands for small ones, see shrink.h; 0: none */
    PROFILE_POOL(uint32_t) folded;    /* by node: how many it stands for; empty: none were */
};

/* `matches_builds`: functions of a view that is another build's are found by canonical names.
 * False: no memory.  report_tree_deinit() it in any case. */
bool report_tree_init(struct report_tree *tree, uint32_t views, uint32_t types,
                      bool matches_builds);
void report_tree_deinit(struct report_tree *tree);

/* Adds the samples of a profile as the view of that number; `type_of` are the profile's types for
 * each of the tree's, -1 where it has none.  False: no memory, or the time is over. */
bool report_tree_add(struct report_tree *tree, const struct profile *profile, uint32_t view,
                     const int *type_of, bool is_other_build);

/* The values of a site in a view. */
static inline int64_t *report_tree_values(const struct report_tree *tree, uint32_t site,
                                          uint32_t view)
{
    return tree->values.items + ((size_t)site * tree->views + view) * tree->types;
}
/* Room for the values of all sites there are, zeros at first.  False: no memory. */
bool report_tree_reach_values(struct report_tree *tree);

/* The label `bytes` of a class of sizes; -1: none. */
static inline int64_t report_tree_bytes(const struct report_tree *tree, uint32_t class)
{
    const struct pair *halves = &tree->classes.items[class];
    return class ? (int64_t)((uint64_t)halves->first << 32 | halves->second) : -1;
}

#endif
