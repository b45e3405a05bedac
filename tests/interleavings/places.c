/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/interleavings/places.h"
#include "tests/interleavings/explore.h"

#define PLACES_MAX (1u << 14)

static struct place {
    const void *at;
    uint32_t readers, writers; /* bits of users */
    bool is_shared;
} places[PLACES_MAX];
static unsigned place_count;

static struct place *place_of(const void *at)
{
    for (size_t i = (uintptr_t)at / 4 * 2654435761u;; i++) {
        struct place *place = &places[i % PLACES_MAX];
        if (place->at == at)
            return place;
        if (place->at)
            continue;
        if (++place_count > PLACES_MAX / 2)
            explore_fail("more places are used than the explorer remembers");
        place->at = at;
        return place;
    }
}

static bool has_two_users(const struct place *place)
{
    uint32_t users = place->readers | place->writers;
    return place->writers && (users & (users - 1)) != 0;
}

bool places_note(const void *at, bool is_write, uint32_t user)
{
    struct place *place = place_of(at);
    *(is_write ? &place->writers : &place->readers) |= user;
    if (place->is_shared || !has_two_users(place))
        return false;
    return place->is_shared = true;
}

bool places_is_shared(const void *at)
{
    return place_of(at)->is_shared;
}
