/* SPDX-License-Identifier: Apache-2.0
 *
 * The modules of a state as a profile's mappings: one per executable segment of
 * each module, the main executable's first, equal ones once.
 */
#ifndef MEMPROF_COLLECTOR_MAPPINGS_H
#define MEMPROF_COLLECTOR_MAPPINGS_H

#include "collector/profile/hash.h"
#include "collector/profile/profile.h"
#include "collector/state/module.h"

struct module_mappings {
    bool is_known;
    uint32_t segments[MODULE_SEGMENTS_MAX]; /* the mapping of each segment; 0: it has none */
};

/* Which mapping holds what.  `modules` stays the caller's. */
struct mappings {
    const struct module *modules;
    uint32_t module_count;
    struct module_mappings *of_module; /* by module */
    uint32_t *module_of;               /* by mapping */
    uint32_t count, capacity;          /* entries of module_of */
    struct hash_index index;           /* of equal mappings */
};

/* Begins without any.  False: no memory.  mappings_deinit() it in any case. */
bool mappings_init(struct mappings *mappings);
/* Adds those of modules that are new: all of them, or what was published since the last time.
 * False: no memory. */
bool mappings_update(struct mappings *mappings, struct profile *profile,
                     const struct module *modules, uint32_t module_count);
void mappings_deinit(struct mappings *mappings);

/* The mapping of a module that holds a run-time address; 0: none does. */
uint32_t mappings_find(const struct mappings *mappings, const struct profile *profile,
                       uint32_t module, uint64_t address);

#endif
