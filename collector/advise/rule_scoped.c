/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that end while the call that owns them runs: one of them is a local object or buffer, and
 * many are an arena that is given back as a whole.
 */
#include "collector/advise/rules.h"

/* Of the followed blocks; one of five hundred may be an exception that the code handles anyway. */
#define INSIDE_SHARE 0.998
/* An owner that was seen less often may be the program's one loop, which proves nothing. */
#define ACTIVATIONS_LEAST 10
/* Where few of the blocks were followed these suffice, if all blocks are of so many activations. */
#define ACTIVATIONS_SEEN_LEAST 4
#define ACTIVATIONS_ALL_LEAST  100
/* Fewer than two blocks for each activation: it is the same one object.  Where a helper is called
 * in a few places, one for each. */
#define LOCAL_MOST 2.0
/* More of them that are alive at once than that contradict it: where not all events were followed
 * blocks that live long are rarely seen to end. */
#define LOCAL_ALIVE_MOST 4
/* What a stack frame may grow by: a page.  Larger ones are a buffer that is kept. */
#define LOCAL_BYTES_MOST 4096
/* One activation owns a document: half of all blocks of a site that has at least so many.  Not that
 * of main: what it frees last lives as long as the program, and an arena would save nothing that
 * leaving it alone does not. */
#define DOCUMENT_SHARE 0.5
#define DOCUMENT_LEAST 1000
/* An inlined function is called nobody knows how often.  Where at most one block is alive at any
 * time, each one ends before the next begins, which is as good when there are so many. */
#define ONE_AT_A_TIME_LEAST 100

static void fill_local(const struct advise_site *site, struct advice *advice)
{
    const struct lifetime *life = &site->life;
    uint64_t inside = site->ended ? site->inside : 0;
    double share = site->ended ? (double)inside / (double)site->ended : 1;
    advice->kind = ADVICE_STACK;
    advice->bytes = site->size_max;
    advice->is_kept_buffer = site->size_p99 > LOCAL_BYTES_MOST;
    advice->saves_allocations = advise_whole(share * (double)life->allocated + 0.5);
    advice->saves_bytes = advise_whole(share * (double)life->allocated_bytes);
    if (advice->is_kept_buffer && advice->saves_allocations > 0) {
        advice->saves_allocations--;
        advice->saves_bytes -=
            site->size_max < advice->saves_bytes ? site->size_max : advice->saves_bytes;
    }
}

static void fill_arena(const struct advise_site *site, struct advice *advice)
{
    const struct lifetime *life = &site->life;
    double activations = (double)life->allocated / advice->per_activation;
    advice->kind = ADVICE_ARENA;
    advice->bytes = advise_whole((double)life->allocated_bytes / activations + 0.5);
    advice->saves_allocations = advise_whole((double)life->allocated - activations + 0.5);
}

/* An owner that lives as long as most of the blocks: many are alive at once, and then all end. */
static bool is_document(const struct advise_site *site)
{
    return site->life.allocated >= DOCUMENT_LEAST && !site->is_owner_outermost &&
           (double)site->live_in_one >= DOCUMENT_SHARE * (double)site->life.allocated;
}

/* The same of blocks that live longer than what was followed at a time: more than half of them are
 * alive at once, and nearly all are freed below the one that allocated them. */
static bool is_long_document(const struct advise_site *site)
{
    return site->is_owner_by_frees && is_document(site) &&
           (double)site->life.freed >= INSIDE_SHARE * (double)site->life.allocated;
}

/* The same of blocks of which none was followed: at most one was alive at any time, and each ended
 * below the one that allocated it, so that it was an object of that call, or a buffer of several.
 */
static bool is_unseen_local(const struct advise_site *site)
{
    return site->is_owner_by_frees && !site->is_owner_outermost && site->live_in_one == 1 &&
           site->life.allocated >= ONE_AT_A_TIME_LEAST && site->life.freed == site->life.allocated;
}

/* Followed blocks that are alive at the end, as far as they are more than those of calls that the
 * end of the program interrupts: they have outlived whatever owned the others. */
static double outlived(const struct advise_site *site, double per_activation)
{
    const struct lifetime *life = &site->life;
    double alive = life->freed < life->allocated ? (double)(life->allocated - life->freed) : 0;
    if (alive <= 2 * per_activation || life->allocated == 0)
        return 0;
    return alive * (double)life->followed / (double)life->allocated;
}

static bool is_called_often(const struct advise_site *site, double per_activation)
{
    if (site->activations >= ACTIVATIONS_LEAST)
        return true;
    return site->life.followed < site->life.allocated / 2 &&
           site->activations >= ACTIVATIONS_SEEN_LEAST &&
           (double)site->life.allocated >= ACTIVATIONS_ALL_LEAST * per_activation;
}

bool advise_scoped(const struct advise_site *site, struct advice *advice)
{
    if (site->owner.function && is_long_document(site)) {
        advice->per_activation = (double)site->life.allocated;
        fill_arena(site, advice);
        return true;
    }
    if (site->owner.function && is_unseen_local(site)) {
        fill_local(site, advice);
        return true;
    }
    if (!site->owner.function || site->is_owner_by_frees || site->ended == 0 ||
        site->activations == 0)
        return false;
    double per_activation = (double)site->began / (double)site->activations;
    if ((double)site->inside <
        INSIDE_SHARE * ((double)site->ended + outlived(site, per_activation)))
        return false;
    advice->per_activation = per_activation;
    if (per_activation >= DOCUMENT_SHARE * (double)site->began && is_document(site)) {
        fill_arena(site, advice);
        return true;
    }
    bool is_one = site->live_in_one == 1;
    bool is_one_inlined =
        is_one && site->is_owner_inlined && site->life.allocated >= ONE_AT_A_TIME_LEAST;
    if (!is_called_often(site, per_activation) && !is_one_inlined)
        return false;
    bool is_each_one = site->live_in_stack == 1 && site->stacks <= LOCAL_ALIVE_MOST &&
                       per_activation <= LOCAL_ALIVE_MOST;
    bool is_local = is_one || is_each_one || per_activation < LOCAL_MOST;
    if (is_local && site->live_in_one > LOCAL_ALIVE_MOST)
        return false;
    (is_local ? fill_local : fill_arena)(site, advice);
    return true;
}
