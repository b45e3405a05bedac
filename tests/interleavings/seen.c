/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/interleavings/seen.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM (1u << 16) /* a power of two */

static bool enter(struct seen *seen, uint64_t hash)
{
    size_t at = hash & (seen->room - 1);
    for (; seen->hashes[at]; at = (at + 1) & (seen->room - 1))
        if (seen->hashes[at] == hash)
            return false;
    seen->hashes[at] = hash;
    seen->count++;
    return true;
}

static void grow(struct seen *seen)
{
    struct seen larger = {.room = seen->room ? seen->room * 2 : FIRST_ROOM};
    larger.hashes = calloc(larger.room, sizeof *larger.hashes);
    for (size_t i = 0; i < seen->room; i++)
        if (seen->hashes[i])
            enter(&larger, seen->hashes[i]);
    free(seen->hashes);
    *seen = larger;
}

bool seen_add(struct seen *seen, uint64_t hash)
{
    if (seen->count * 2 >= seen->room)
        grow(seen);
    return enter(seen, hash);
}

void seen_forget(struct seen *seen)
{
    if (seen->room)
        memset(seen->hashes, 0, seen->room * sizeof *seen->hashes);
    seen->count = 0;
}
