/* SPDX-License-Identifier: Apache-2.0
 *
 * What was written to which place, as long as some thread may still read it.  A time is a number
 * that grows with each store that is seen; a thread's view is one: it reads nothing of a place
 * that was replaced by then.
 */
#ifndef INTERLEAVINGS_WEAK_HISTORY_H
#define INTERLEAVINGS_WEAK_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#define HISTORY_NOBODY UINT32_MAX /* the view of one who reads nothing any more */

struct written {
    char *at;
    uint64_t value;
    uint32_t size;
    uint32_t time;    /* 0: from the start */
    uint32_t seen_by; /* threads that read this one, or wrote it */
};

void history_begin(void);
uint32_t history_now(void);

/* A store of `thread` is seen by all. */
void history_add(char *at, uint32_t size, uint64_t value, uint64_t before, int thread);

/* How many values a thread may read of a place; the n-th newest, NULL: what memory has. */
unsigned history_values(int thread, uint32_t view, const char *at, uint32_t size);
struct written *history_newest(const char *at, uint32_t size, unsigned n);

/* Forgets what nobody can read, by the views of all threads; then times may be made small: each
 * that is kept elsewhere first, the history's own at last. */
void history_forget(const uint32_t *views);
uint32_t history_renumbered(uint32_t time);
void history_renumber(void);

bool history_overlaps(const char *a, uint32_t a_size, const char *b, uint32_t b_size);

#endif
