/* SPDX-License-Identifier: Apache-2.0
 *
 * Sites and lives name stacks by the state's nodes, of which two may be one stack of the profile.
 * The sums are made by the profile's nodes, then sizes and frees are put in the order of the
 * stacks.
 */
#include "collector/lifetime_sums.h"
#include "collector/counts.h"
#include "collector/state/lifetimes.h"
#include "collector/state/names.h"
#include "collector/state/tables.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(LIFETIME_LEVELS == STATE_READER_LEVELS && LIFETIME_AGES == STATE_READER_AGES &&
                   LIFETIME_SIZES == STATE_READER_SIZES,
               "all of them are copied");

/* A size or a place of a free, of a stack by its number. */
struct part {
    uint32_t stack;
    uint64_t key, count; /* bytes, or a node of the profile */
};

struct summing {
    struct aggregate *stacks;
    const struct state_reader *reader;
    struct lifetime *lives; /* by stack */
    uint32_t *nodes;        /* the same, of the profile */
    uint32_t count, capacity;
    uint32_t *stack_of; /* by node of the profile: the stack + 1; 0: none */
    uint32_t node_count;
    PROFILE_POOL(struct part) sizes;
    PROFILE_POOL(struct part) frees;
    bool has_memory;
};

#define POOL_ADD(at, pool, record)                                                                 \
    do {                                                                                           \
        if ((at)->pool.count == (at)->pool.capacity) {                                             \
            uint32_t larger = (at)->pool.capacity ? (at)->pool.capacity * 2 : 256;                 \
            void *moved = reallocarray((at)->pool.items, larger, sizeof(*(at)->pool.items));       \
            (at)->has_memory = moved != NULL;                                                      \
            if (!moved)                                                                            \
                break;                                                                             \
            (at)->pool.items = moved;                                                              \
            (at)->pool.capacity = larger;                                                          \
        }                                                                                          \
        (at)->pool.items[(at)->pool.count++] = record;                                             \
    } while (0)

/* --- stacks --- */

static bool reserve_nodes(struct summing *at)
{
    uint32_t count = at->stacks->profile->nodes.count;
    if (count <= at->node_count)
        return true;
    uint32_t larger = count + count / 2 + 256;
    uint32_t *moved = reallocarray(at->stack_of, larger, sizeof(*moved));
    if (!moved)
        return false;
    memset(moved + at->node_count, 0, (larger - at->node_count) * sizeof(*moved));
    at->stack_of = moved;
    at->node_count = larger;
    return true;
}

static bool reserve_stacks(struct summing *at)
{
    if (at->count < at->capacity)
        return true;
    uint32_t larger = at->capacity ? at->capacity * 2 : 256;
    struct lifetime *lives = reallocarray(at->lives, larger, sizeof(*lives));
    at->lives = lives ? lives : at->lives;
    uint32_t *nodes = reallocarray(at->nodes, larger, sizeof(*nodes));
    at->nodes = nodes ? nodes : at->nodes;
    if (!lives || !nodes)
        return false;
    at->capacity = larger;
    return true;
}

/* The number of the stack of a state's node.  UINT32_MAX: no memory. */
static uint32_t stack_of(struct summing *at, uint32_t node)
{
    uint32_t ours;
    at->has_memory = aggregate_stack(at->stacks, at->reader, node, &ours) && reserve_nodes(at) &&
                     reserve_stacks(at);
    if (!at->has_memory)
        return UINT32_MAX;
    if (at->stack_of[ours] == 0) {
        at->lives[at->count] = (struct lifetime){0};
        at->nodes[at->count] = ours;
        at->stack_of[ours] = ++at->count;
    }
    return at->stack_of[ours] - 1;
}

/* --- what the state says --- */

static void add_site(struct summing *at, const struct state_reader_site *site,
                     const struct state_reader_counts *counts)
{
    uint32_t stack = stack_of(at, site->node);
    if (stack == UINT32_MAX)
        return;
    const struct lifetime life = {.allocated = counts->allocated_objects,
                                  .allocated_bytes = counts->allocated_bytes,
                                  .freed = counts->freed_objects,
                                  .freed_bytes = counts->freed_bytes};
    lifetime_add(&at->lives[stack], &life);
    const struct part size = {stack, (uint64_t)state_label_bytes(site->size_class),
                              counts->allocated_objects};
    POOL_ADD(at, sizes, size);
}

static void add_sites(struct summing *at)
{
    struct counts counts;
    uint32_t count;
    const struct state_reader_site *sites = state_reader_sites(at->reader, &count);
    at->has_memory = counts_init(&counts, at->reader);
    for (uint32_t i = 1; i < count && i < counts.count && at->has_memory; i++)
        if (sites[i].node != 0 && counts.of_site[i].allocated_objects != 0)
            add_site(at, &sites[i], &counts.of_site[i]);
    counts_deinit(&counts);
}

static void add_many(uint64_t *sum, const uint32_t *more, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        sum[i] = more[i];
}

static bool add_life(void *context, const struct state_reader_life *of)
{
    struct summing *at = context;
    uint32_t stack = stack_of(at, of->node);
    if (stack == UINT32_MAX)
        return false;
    struct lifetime life = {
        .followed = of->followed,
        .censored = of->censored,
        .unfollowed = of->unfollowed,
        .doubted = of->doubted,
        .crossed = of->crossed,
        .realloc_in = of->realloc_in,
        .realloc_out = of->realloc_out,
        .moved = of->moved,
        .copied_bytes = of->copied_bytes,
        .chains = of->chains,
        .chain_longest = of->chain_longest,
        .replaced_larger = of->replaced_larger,
        .replaced_larger_bytes = of->replaced_larger_bytes,
        .replaced_smaller = of->replaced_smaller,
        .replaced_smaller_bytes = of->replaced_smaller_bytes,
        .slack_bytes = of->slack_bytes,
        .live_max = of->live_max,
        .live_most = of->live_max,
        .size_max = of->size_max,
        .size_min = of->size_min,
    };
    add_many(life.began_at, of->began_at, LIFETIME_LEVELS);
    add_many(life.ended_at, of->ended_at, LIFETIME_LEVELS);
    add_many(life.age, of->age, LIFETIME_AGES);
    add_many(life.final_size, of->final_size, LIFETIME_SIZES);
    lifetime_add(&at->lives[stack], &life);
    return true;
}

static bool add_free(void *context, const struct state_reader_freed_at *freed)
{
    struct summing *at = context;
    uint32_t stack = stack_of(at, freed->node), node;
    if (stack == UINT32_MAX)
        return false;
    at->has_memory = aggregate_stack(at->stacks, at->reader, freed->free_node, &node);
    const struct part part = {stack, node, freed->count};
    if (at->has_memory)
        POOL_ADD(at, frees, part);
    return at->has_memory;
}

/* --- in order --- */

static int by_key(const void *first, const void *second)
{
    const struct part *a = first, *b = second;
    if (a->stack != b->stack)
        return a->stack < b->stack ? -1 : 1;
    return (a->key > b->key) - (a->key < b->key);
}

static int by_count(const void *first, const void *second)
{
    const struct part *a = first, *b = second;
    if (a->stack != b->stack)
        return a->stack < b->stack ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return by_key(first, second);
}

/* Adds equal ones up, which leaves them in order; how many are left. */
static uint32_t add_up(struct part *parts, uint32_t count)
{
    uint32_t left = 0;
    if (count > 0)
        qsort(parts, count, sizeof(*parts), by_key);
    for (uint32_t i = 0; i < count; i++)
        if (left > 0 && by_key(&parts[left - 1], &parts[i]) == 0)
            parts[left - 1].count = lifetime_plus(parts[left - 1].count, parts[i].count);
        else
            parts[left++] = parts[i];
    return left;
}

static bool put_in_order(struct summing *at, struct lifetimes *lifetimes)
{
    uint32_t sizes = add_up(at->sizes.items, at->sizes.count), size = 0;
    uint32_t frees = add_up(at->frees.items, at->frees.count), freed = 0;
    if (frees > 0)
        qsort(at->frees.items, frees, sizeof(*at->frees.items), by_count);
    for (uint32_t i = 0; i < at->count; i++) {
        if (!lifetimes_add_stack(lifetimes, at->nodes[i]))
            return false;
        lifetimes->stacks[i].life = at->lives[i];
        for (; size < sizes && at->sizes.items[size].stack == i; size++)
            if (!lifetimes_add_size(lifetimes, at->sizes.items[size].key,
                                    at->sizes.items[size].count))
                return false;
        for (; freed < frees && at->frees.items[freed].stack == i; freed++)
            if (!lifetimes_add_free(lifetimes, (uint32_t)at->frees.items[freed].key,
                                    at->frees.items[freed].count))
                return false;
    }
    return true;
}

bool lifetime_sums_read(struct lifetimes *lifetimes, struct aggregate *stacks,
                        const struct state_reader *reader)
{
    struct summing at = {.stacks = stacks, .reader = reader};
    at.has_memory = aggregate_read_modules(stacks, reader);
    if (at.has_memory)
        add_sites(&at);
    if (at.has_memory)
        state_reader_lives(reader, add_life, &at);
    if (at.has_memory)
        state_reader_freed_at(reader, add_free, &at);
    bool has_memory = at.has_memory && put_in_order(&at, lifetimes);
    free(at.lives);
    free(at.nodes);
    free(at.stack_of);
    free(at.sizes.items);
    free(at.frees.items);
    return has_memory;
}
