/* SPDX-License-Identifier: Apache-2.0
 *
 * The processes that read symbols, kept from one state to the next: one for each owner of
 * states, since each reads as the user whose files these are.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_WORKERS_H
#define MEMPROF_COLLECTOR_SYMBOLS_WORKERS_H

#include "collector/symbols/child.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SYMBOL_WORKERS_MAX 4u /* of more owners, the one that was not needed for longest ends */

struct symbol_workers {
    struct symbol_child children[SYMBOL_WORKERS_MAX];
    uint64_t turns;
    bool is_shared; /* by several states */
};

/* That owner's, with the budget of one state; a new one where there is none, or where it can
 * do no more jobs.  NULL: there can be none.  It stays the pool's. */
struct symbol_child *symbol_workers_take(struct symbol_workers *workers, uid_t uid, gid_t gid,
                                         int64_t deadline_ms);
/* Ends all of them. */
void symbol_workers_deinit(struct symbol_workers *workers);

/* For several states.  NULL: no memory, which collecting does without. */
struct symbol_workers *symbol_workers_create(void);
void symbol_workers_destroy(struct symbol_workers *workers);

#endif
