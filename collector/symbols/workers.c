/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/symbols/workers.h"

#include <stdlib.h>

/* The owner's, else a free place, else that of the one which was taken longest ago. */
static struct symbol_child *find(struct symbol_workers *workers, uid_t uid, gid_t gid)
{
    struct symbol_child *found = &workers->children[0];
    for (unsigned i = 0; i < SYMBOL_WORKERS_MAX; i++) {
        struct symbol_child *child = &workers->children[i];
        if (child->pid != 0 && child->uid == uid && child->gid == gid)
            return child;
        if (found->pid != 0 && (child->pid == 0 || child->turn < found->turn))
            found = child;
    }
    return found;
}

struct symbol_child *symbol_workers_take(struct symbol_workers *workers, uid_t uid, gid_t gid,
                                         int64_t deadline_ms)
{
    struct symbol_child *child = find(workers, uid, gid);
    bool is_theirs = child->pid != 0 && child->uid == uid && child->gid == gid;
    if (child->pid != 0 && (!is_theirs || !symbol_child_renew(child, deadline_ms)))
        symbol_child_end(child);
    if (child->pid == 0 && !symbol_child_start(child, uid, gid, deadline_ms, workers->is_shared))
        return NULL;
    child->turn = ++workers->turns;
    return child;
}

void symbol_workers_deinit(struct symbol_workers *workers)
{
    for (unsigned i = 0; i < SYMBOL_WORKERS_MAX; i++)
        if (workers->children[i].pid != 0)
            symbol_child_end(&workers->children[i]);
}

struct symbol_workers *symbol_workers_create(void)
{
    struct symbol_workers *workers = calloc(1, sizeof(*workers));
    if (workers)
        workers->is_shared = true;
    return workers;
}

void symbol_workers_destroy(struct symbol_workers *workers)
{
    if (workers)
        symbol_workers_deinit(workers);
    free(workers);
}
