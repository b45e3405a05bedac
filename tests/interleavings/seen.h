/* SPDX-License-Identifier: Apache-2.0
 *
 * A set of hashes: what was seen before.
 */
#ifndef INTERLEAVINGS_SEEN_H
#define INTERLEAVINGS_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zeros: nothing was seen. */
struct seen {
    uint64_t *hashes;
    size_t room, count;
};

/* Remembers a hash, which is not 0; false: it was seen before. */
bool seen_add(struct seen *seen, uint64_t hash);
void seen_forget(struct seen *seen);

#endif
