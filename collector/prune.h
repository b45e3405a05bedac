/* SPDX-License-Identifier: Apache-2.0
 *
 * What drop_frames and keep_frames hide, as pprof hides it: a frame whose whole
 * name, without its arguments, matches hides itself and all it called.
 */
#ifndef MEMPROF_COLLECTOR_PRUNE_H
#define MEMPROF_COLLECTOR_PRUNE_H

#include "collector/profile.h"

struct prune {
    /* By location: lines that are hidden, from the innermost one on. */
    uint32_t *hidden_lines;
};

/* False: no memory.  An expression that cannot be understood hides nothing. */
bool prune_init(struct prune *prune, const struct profile *profile);
void prune_deinit(struct prune *prune);

/* Of a stack, leaf first, the number of locations at the leaf that are hidden whole. */
uint32_t prune_stack(const struct prune *prune, const struct profile *profile,
                     const uint32_t *locations, uint32_t count);

#endif
