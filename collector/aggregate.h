/* SPDX-License-Identifier: Apache-2.0
 *
 * The sites of a state as the samples of a profile: equal stacks and size classes
 * merged, what is all zero left out.  Locations are addresses in mappings; names come later.
 */
#ifndef MEMPROF_COLLECTOR_AGGREGATE_H
#define MEMPROF_COLLECTOR_AGGREGATE_H

#include "collector/counts.h"
#include "collector/mappings.h"
#include "collector/profile/hash.h"
#include "collector/profile/profile.h"
#include "collector/state/reader.h"

#include <stdbool.h>
#include <stdint.h>

/* Labels are kept for that many size classes.  A state has fewer, unless it is crafted. */
#define AGGREGATE_CLASSES 512

struct climbed;

/* What is known of one state: it grows with the state, and each stack is read once. */
struct aggregate {
    uint32_t beginnings;     /* how often all was read anew: locations have other numbers then */
    struct profile *profile; /* who takes it over sets this to NULL */
    struct mappings mappings;
    uint32_t **carried; /* by chunk and place in it: the profile's node; 0: there is none yet */
    uint32_t carried_count;
    struct hash_index locations, samples;
    struct climbed *path; /* the stack that is being walked, its leaf first */
    uint32_t path_capacity;
    uint32_t *sample_of; /* by site: the index of its sample + 1; 0: it has none yet */
    uint32_t site_count; /* entries of sample_of */
    uint32_t label_key;  /* "bytes"; its unit, too */
    uint32_t labels[AGGREGATE_CLASSES]; /* by size class: its label + 1; 0: none yet */
};

/* With our four sample types, and no sample.  False: no memory.  aggregate_deinit() it in
 * any case. */
bool aggregate_init(struct aggregate *aggregate);
/* For aggregate_stack() alone: without types.  False and deinit as above. */
bool aggregate_init_stacks(struct aggregate *aggregate);
/* Frees what only another aggregate_update() would need; the profile and the mappings stay. */
void aggregate_finish(struct aggregate *aggregate);
void aggregate_deinit(struct aggregate *aggregate);

/* Gives the samples the values that `view` has of the sites.  What `view` shows for the first
 * time becomes a sample; one that it does not show has zeros.  False: no memory. */
bool aggregate_update(struct aggregate *aggregate, const struct state_reader *reader,
                      const struct counts_view *view);

/* A stack alone: the profile's node for one of the state's; of one that makes no sense that of
 * [unknown].  aggregate_read_modules() comes first.  False: no memory. */
bool aggregate_read_modules(struct aggregate *aggregate, const struct state_reader *reader);
bool aggregate_stack(struct aggregate *aggregate, const struct state_reader *reader, uint32_t leaf,
                     uint32_t *node);

#endif
