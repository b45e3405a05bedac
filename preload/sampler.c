/* SPDX-License-Identifier: Apache-2.0
 *
 * The distance to the next mark is countdown + reserve, with countdown <= T, so
 * that an object at or above T never passes the fast path unseen.  With T = 1 the
 * countdown stays 0 and every call, malloc(0) too, comes here.
 */
#include "preload/sampler.h"
#include "preload/base/random.h"
#include "preload/process/config.h"
#include "preload/process/process.h"

#include <unistd.h>

/* Threads that drew a seed, in this process and before the forks that led here. */
static _Atomic uint64_t ordinals;

static void set_distance(struct thread *t, uint64_t distance)
{
    uint64_t interval = config.interval_bytes;
    t->countdown = distance < interval ? distance : interval;
    t->reserve = distance - t->countdown;
}

static void seed(struct thread *t)
{
    uint64_t ordinal = atomic_fetch_add_explicit(&ordinals, 1, memory_order_relaxed) + 1;
    t->random =
        random_mix(config.seed ^ random_mix(ordinal + (uint64_t)fork_generation * (1u << 30)));
    t->seeded = true;
    t->mark = random_1_to(&t->random, config.interval_bytes);
    set_distance(t, t->mark);
}

bool sampler_draw(struct thread *t, uint64_t size_bytes, struct weight *weight)
{
    uint64_t interval = config.interval_bytes;
    *weight = (struct weight){0, 0};
    if (interval == 1)
        return true;
    if (!t->seeded)
        seed(t);
    if (size_bytes >= interval)
        return true;
    uint64_t distance = t->countdown + t->reserve;
    unsigned marks = 0;
    while (distance <= size_bytes) {
        uint64_t mark = random_1_to(&t->random, interval);
        distance += interval - t->mark + mark;
        t->mark = mark;
        marks++;
    }
    set_distance(t, distance - size_bytes);
    if (marks == 0)
        return false;
    weight->marks = (uint8_t)marks;
    uint64_t rest = marks * interval % size_bytes;
    weight->round_up = random_1_to(&t->random, size_bytes) <= rest;
    return true;
}

struct estimate sampler_scale(uint64_t size_bytes, struct weight weight)
{
    uint64_t bytes = weight.marks * config.interval_bytes;
    return (struct estimate){bytes / size_bytes + weight.round_up, bytes};
}
