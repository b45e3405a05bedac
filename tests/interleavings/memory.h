/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of a state: what it is, copies of it, and which ones were seen.
 */
#ifndef INTERLEAVINGS_MEMORY_H
#define INTERLEAVINGS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory_copy {
    unsigned page_count;
    char *copy;
    uint64_t *hashes; /* of each page */
};

/* Memory that belongs to the state. */
void memory_track(void *start, size_t bytes);

bool memory_is_tracked(const void *at);

/* From here on, writes to it are noticed. */
void memory_watch(void);

/* Tracked pages that system calls write to, where these would only fail. */
void memory_know(void *start, size_t bytes);

void memory_save(struct memory_copy *kept);
void memory_restore(const struct memory_copy *kept);
void memory_forget(struct memory_copy *kept);

/* Of the memory as it is.  What did not change since `before` (or NULL) is not looked at. */
uint64_t memory_hash(const struct memory_copy *before);

/* Remembers a state; false: it was seen before. */
bool memory_is_new(uint64_t hash);

/* Forgets which states were seen. */
void memory_forget_states(void);

size_t memory_states(void);
unsigned memory_pages(void);

#endif
