/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of a state: what it is, and copies of it.
 */
#ifndef INTERLEAVINGS_MEMORY_H
#define INTERLEAVINGS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page_copy;
struct memory_copy {
    unsigned page_count;
    struct page_copy **pages;
};

/* Memory that belongs to the state. */
void memory_track(void *start, size_t bytes);

bool memory_is_tracked(const void *at);

/* From here on, writes to it are noticed. */
void memory_watch(void);

/* Tracked pages that are private to a thread, and that system calls write to, where these would
 * only fail. */
void memory_know(void *start, size_t bytes);

/* What is as it was in `before` (or NULL) is kept once. */
void memory_save(struct memory_copy *kept, const struct memory_copy *before);
void memory_restore(const struct memory_copy *kept);
void memory_forget(struct memory_copy *kept);

/* Somebody is about to write to it. */
void memory_changes(void);

/* Of the memory as it is.  What did not change since `before` (or NULL) is not looked at. */
uint64_t memory_hash(const struct memory_copy *before);

/* The same without what is private to threads; right after it. */
uint64_t memory_shared_hash(void);

unsigned memory_pages(void);

#endif
