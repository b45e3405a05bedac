/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/advice_merge.h"

#include <stdbool.h>
#include <string.h>

static int compare_texts(const char *first, const char *second)
{
    return strcmp(first ? first : "", second ? second : "");
}

int advice_order(const void *first, const void *second)
{
    const struct advice *a = first, *b = second;
    int order = a->kind < b->kind ? -1 : a->kind > b->kind;
    if (order == 0)
        order = strcmp(a->site->place.function, b->site->place.function);
    if (order == 0)
        order = strcmp(a->site->place.file, b->site->place.file);
    if (order == 0)
        order = (a->site->place.line > b->site->place.line) -
                (a->site->place.line < b->site->place.line);
    if (order == 0) /* without a line each call instruction is a place of its own */
        order = a->site->place.line
                    ? 0
                    : (a->site->node > b->site->node) - (a->site->node < b->site->node);
    if (order == 0)
        order = compare_texts(a->site->owner.function, b->site->owner.function);
    if (order == 0)
        order = compare_texts(a->disguise ? a->disguise->name : NULL,
                              b->disguise ? b->disguise->name : NULL);
    return order == 0 ? (a->reason > b->reason) - (a->reason < b->reason) : order;
}

static uint64_t larger(uint64_t first, uint64_t second)
{
    return first > second ? first : second;
}

/* Whether so many of this place's frees are told of already, counted there. */
static bool add_to_known(struct advise_site *sum, const struct advise_place *place, uint64_t count)
{
    for (unsigned i = 0; i < ADVISE_FREED_MOST && sum->freed[i].count; i++)
        if (sum->freed[i].place.line == place->line &&
            strcmp(sum->freed[i].place.function, place->function) == 0) {
            sum->freed[i].count = lifetime_plus(sum->freed[i].count, count);
            return true;
        }
    return false;
}

static void add_frees(struct advise_site *sum, const struct advise_site *more)
{
    for (unsigned i = 0; i < ADVISE_FREED_MOST && more->freed[i].count; i++) {
        if (add_to_known(sum, &more->freed[i].place, more->freed[i].count))
            continue;
        for (unsigned at = 0; at < ADVISE_FREED_MOST; at++)
            if (!sum->freed[at].count) {
                sum->freed[at] = more->freed[i];
                break;
            }
    }
}

static void add_growth(struct advise_growth *sum, const struct advise_growth *more)
{
    sum->is_steady = sum->is_steady && more->is_steady;
    sum->objects = lifetime_plus(sum->objects, more->objects);
    sum->bytes = lifetime_plus(sum->bytes, more->bytes);
    sum->objects_per_s += more->objects_per_s;
    sum->bytes_per_s += more->bytes_per_s;
}

static void add_site(struct advise_site *sum, const struct advise_site *more)
{
    if (more->life.allocated > sum->life.allocated) {
        sum->node = more->node;
        sum->frame = more->frame;
        sum->level = more->level;
        sum->size_p50 = more->size_p50;
    }
    sum->size_p99 = larger(sum->size_p99, more->size_p99);
    sum->size_max = larger(sum->size_max, more->size_max);
    lifetime_add(&sum->life, &more->life);
    sum->stacks += more->stacks;
    sum->small = lifetime_plus(sum->small, more->small);
    sum->recorded = lifetime_plus(sum->recorded, more->recorded);
    sum->ended = lifetime_plus(sum->ended, more->ended);
    sum->inside = lifetime_plus(sum->inside, more->inside);
    sum->began = lifetime_plus(sum->began, more->began);
    sum->activations = larger(sum->activations, more->activations);
    sum->live_in_one = lifetime_plus(sum->live_in_one, more->live_in_one);
    add_growth(&sum->growth, &more->growth);
    add_frees(sum, more);
}

void advice_merge(struct advice *sum, const struct advice *more)
{
    add_site(sum->site, more->site);
    bool is_sum = sum->kind == ADVICE_ARENA; /* what one call allocates, of both */
    sum->bytes = is_sum ? lifetime_plus(sum->bytes, more->bytes) : larger(sum->bytes, more->bytes);
    sum->is_kept_buffer |= more->is_kept_buffer;
    sum->slots = lifetime_plus(sum->slots, more->slots);
    sum->steps = lifetime_plus(sum->steps, more->steps);
    sum->copied_bytes = lifetime_plus(sum->copied_bytes, more->copied_bytes);
    sum->saves_allocations = lifetime_plus(sum->saves_allocations, more->saves_allocations);
    sum->saves_bytes = lifetime_plus(sum->saves_bytes, more->saves_bytes);
    if (sum->per_activation > 0 && sum->site->activations > 0)
        sum->per_activation = (double)sum->site->began / (double)sum->site->activations;
}
