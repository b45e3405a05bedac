/* SPDX-License-Identifier: Apache-2.0
 *
 * The sites of a program.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_SITES_H
#define MEMPROF_COLLECTOR_ADVISE_SITES_H

#include "collector/advise/site.h"

struct advise_sites {
    const struct lifetimes *lifetimes; /* borrowed */
    struct advise_site *items;
    uint32_t count;
    uint64_t allocated, allocated_bytes; /* by all of them */
    uint64_t followed;                   /* allocations */
    uint64_t grown_bytes;                /* of their growths */
};

/* Where only samples were recorded there are no activations, and it is not known how many blocks
 * were alive at once: these are 0.  advise_sites_deinit() them in any case.  False: no memory. */
bool advise_sites_init(struct advise_sites *sites, const struct lifetimes *lifetimes);
void advise_sites_deinit(struct advise_sites *sites);

#endif
