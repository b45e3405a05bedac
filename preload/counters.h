/* SPDX-License-Identifier: Apache-2.0
 *
 * Counters per site and thread.  A buffer is written by its owner alone, with
 * plain release stores; the shared one (index 0) with atomic adds.  Every site
 * has its cell in the shared buffer from its creation, so that an event can
 * always be counted, whatever memory is left.
 */
#ifndef MEMPROF_BUFFERS_H
#define MEMPROF_BUFFERS_H

#include "preload/state.h"

#include <stdbool.h>
#include <stdint.h>

#define BUFFER_PAGE_SITES 1024
#define BUFFER_PAGES      (STATE_SITES_MAX / BUFFER_PAGE_SITES)

struct slot;

/* Private: where the cells of a buffer lie. */
struct buffer {
    struct state_buffer *record;
    uint32_t index;
    char *state;       /* start of the state: cells are named by offset */
    struct slot *slot; /* goes with the buffer from owner to owner */
    _Atomic(_Atomic uint32_t *) pages[BUFFER_PAGES]; /* site -> cell, file offset / 8 */
};

/* Part of struct root. */
struct buffers {
    _Atomic(struct buffer *) all[STATE_BUFFERS_MAX];
    _Atomic uint32_t last_taken; /* where the search for a free one begins */
};

/* Makes the shared buffer; false when there is no memory. */
bool buffers_init(void);

struct buffer *buffers_shared(void);

/* A buffer of the calling thread's own, which has none: new, or of a thread that ended.
 * NULL: all 64 are in use, or no memory. */
struct buffer *buffers_acquire(void);

/* Gives it back unused. */
void buffers_release(struct buffer *buffer);

struct state_cell *buffers_new_cell(struct buffer *buffer, uint32_t site);

/* The cell of `site` in `buffer`, made if need be; NULL when there is no memory. */
static inline struct state_cell *buffers_cell(struct buffer *buffer, uint32_t site)
{
    _Atomic uint32_t *page =
        atomic_load_explicit(&buffer->pages[site / BUFFER_PAGE_SITES], memory_order_acquire);
    uint32_t cell =
        page ? atomic_load_explicit(&page[site % BUFFER_PAGE_SITES], memory_order_acquire) : 0;
    return cell ? (struct state_cell *)(buffer->state + (uint64_t)cell * 8)
                : buffers_new_cell(buffer, site);
}

/* Puts a new cell for `site` into the shared buffer; false: no memory.  The site
 * must not be known to other threads yet. */
bool buffers_add_shared_cell(uint32_t site);

#endif
