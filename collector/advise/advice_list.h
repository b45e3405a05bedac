/* SPDX-License-Identifier: Apache-2.0
 *
 * All advice about a program, what saves most first.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_ADVICE_LIST_H
#define MEMPROF_COLLECTOR_ADVISE_ADVICE_LIST_H

#include "collector/advise/advice.h"
#include "collector/advise/sites.h"

struct advice_list {
    struct advice *items;
    uint32_t count;
    uint32_t small;             /* how many of them are */
    uint32_t changes;           /* of the others, how many save something, ... */
    uint64_t saves_allocations; /* ... and how much together */
};

/* The same advice about several ways of allocating at one line is one, and its site is their sum.
 * False: no memory.  advice_list_deinit() it in any case; the sites must stay. */
bool advice_list_init(struct advice_list *list, struct advise_sites *sites);
void advice_list_deinit(struct advice_list *list);

#endif
