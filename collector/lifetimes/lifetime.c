/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/lifetimes/lifetime.h"

#define FIELD_ONE(name)         {#name, offsetof(struct lifetime, name), 1, '+'},
#define FIELD_MANY(name, count) {#name, offsetof(struct lifetime, name), count, '+'},
#define FIELD_MOST(name)        {#name, offsetof(struct lifetime, name), 1, '>'},
#define FIELD_LEAST(name)       {#name, offsetof(struct lifetime, name), 1, '<'},
const struct lifetime_field lifetime_fields[] = {
    LIFETIME_FIELDS(FIELD_ONE, FIELD_MANY, FIELD_MOST, FIELD_LEAST)};
const unsigned lifetime_field_count = sizeof(lifetime_fields) / sizeof(*lifetime_fields);

uint64_t lifetime_plus(uint64_t first, uint64_t second)
{
    uint64_t sum;
    return __builtin_add_overflow(first, second, &sum) ? UINT64_MAX : sum;
}

static uint64_t join(char sum, uint64_t first, uint64_t second)
{
    if (sum == '+')
        return lifetime_plus(first, second);
    if (first == 0 || second == 0)
        return first | second;
    return (sum == '>') == (first > second) ? first : second;
}

void lifetime_add(struct lifetime *sum, const struct lifetime *more)
{
    for (unsigned f = 0; f < lifetime_field_count; f++) {
        const struct lifetime_field *field = &lifetime_fields[f];
        uint64_t *to = (uint64_t *)((char *)sum + field->offset);
        const uint64_t *from = (const uint64_t *)((const char *)more + field->offset);
        for (unsigned i = 0; i < field->count; i++)
            to[i] = join(field->sum, to[i], from[i]);
    }
}

uint64_t lifetime_ended(const struct lifetime *life)
{
    return lifetime_ended_inside(life, LIFETIME_LEVELS - 1);
}

uint64_t lifetime_ended_inside(const struct lifetime *life, unsigned level)
{
    uint64_t inside = 0;
    for (unsigned i = 0; i <= level && i < LIFETIME_LEVELS; i++)
        inside = lifetime_plus(inside, life->ended_at[i]);
    return inside;
}

uint64_t lifetime_began(const struct lifetime *life)
{
    uint64_t began = 0;
    for (unsigned i = 0; i < LIFETIME_LEVELS; i++)
        began = lifetime_plus(began, life->began_at[i]);
    return began;
}

/* The frame at a level is a new activation when what is shared with the allocation before lies
 * outside of it. */
uint64_t lifetime_activations(const struct lifetime *life, unsigned level)
{
    uint64_t activations = 0;
    for (unsigned i = level + 1; i < LIFETIME_LEVELS; i++)
        activations = lifetime_plus(activations, life->began_at[i]);
    return activations;
}

uint64_t lifetime_final_size(const struct lifetime *life, double share)
{
    uint64_t all = 0, some = 0;
    for (unsigned i = 0; i < LIFETIME_SIZES; i++)
        all = lifetime_plus(all, life->final_size[i]);
    for (unsigned i = 0; i < LIFETIME_SIZES && all > 0; i++) {
        some = lifetime_plus(some, life->final_size[i]);
        if ((double)some >= share * (double)all) {
            uint64_t bytes = UINT64_C(16) << i;
            return life->size_max && life->size_max < bytes ? life->size_max : bytes;
        }
    }
    return 0;
}
