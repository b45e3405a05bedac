/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/counters.h"
#include "preload/arena.h"
#include "preload/process/process.h"
#include "preload/process/thread.h"

static struct buffer *create(uint32_t index, uint32_t owner)
{
    struct buffer *buffer = arena_alloc(sizeof *buffer, 64);
    struct state_buffer *record =
        segment_record(STATE_TABLE_BUFFERS, index, sizeof(struct state_buffer));
    if (!buffer || !record)
        return NULL;
    buffer->record = record;
    buffer->index = index;
    buffer->state = (char *)root.segment.header;
    atomic_store_explicit(&record->owner, owner, memory_order_relaxed);
    atomic_store_explicit(&record->owners, 1, memory_order_relaxed);
    atomic_store_explicit(&root.buffers.all[index], buffer, memory_order_release);
    return buffer;
}

bool buffers_init(void)
{
    atomic_store_explicit(&root.segment.header->buffers_used, 1, memory_order_relaxed);
    return create(0, 0) != NULL;
}

struct buffer *buffers_shared(void)
{
    return atomic_load_explicit(&root.buffers.all[0], memory_order_acquire);
}

/* Takes the buffer if its owner has ended.  One with our own number had it before us. */
static bool inherit(struct buffer *buffer, uint32_t owner)
{
    uint32_t last = atomic_load_explicit(&buffer->record->owner, memory_order_relaxed);
    bool ours = last == owner && owner != THREAD_ID_NONE;
    if (last != 0 && !ours && !thread_is_gone(last))
        return false;
    /* Acquire pairs with the release of an owner that gave it back.  What one that ended did
     * came before the kernel took its number out, which we have seen. */
    if (!atomic_compare_exchange_strong_explicit(&buffer->record->owner, &last, owner,
                                                 memory_order_acquire, memory_order_relaxed))
        return false;
    atomic_fetch_add_explicit(&buffer->record->owners, 1, memory_order_relaxed);
    return true;
}

/* Threads that come and go one after the other find their predecessor's at once. */
static struct buffer *take_over(uint32_t owner)
{
    uint32_t used = atomic_load_explicit(&root.segment.header->buffers_used, memory_order_relaxed);
    uint32_t first = atomic_load_explicit(&root.buffers.last_taken, memory_order_relaxed);
    for (uint32_t n = 0; n < used && n < STATE_BUFFERS_MAX; n++) {
        uint32_t i = (first + n) % used;
        struct buffer *buffer =
            i == 0 || i >= STATE_BUFFERS_MAX
                ? NULL
                : atomic_load_explicit(&root.buffers.all[i], memory_order_acquire);
        if (buffer && inherit(buffer, owner)) {
            atomic_store_explicit(&root.buffers.last_taken, i, memory_order_relaxed);
            return buffer;
        }
    }
    return NULL;
}

struct buffer *buffers_acquire(void)
{
    _Atomic uint32_t *used = &root.segment.header->buffers_used;
    uint32_t owner = thread_id();
    struct buffer *buffer = take_over(owner);
    if (buffer)
        return buffer;
    uint32_t index = atomic_load_explicit(used, memory_order_relaxed);
    do {
        if (index >= STATE_BUFFERS_MAX)
            return NULL;
    } while (!atomic_compare_exchange_weak_explicit(used, &index, index + 1, memory_order_relaxed,
                                                    memory_order_relaxed));
    atomic_store_explicit(&root.buffers.last_taken, index, memory_order_relaxed);
    return create(index, owner);
}

void buffers_release(struct buffer *buffer)
{
    atomic_store_explicit(&buffer->record->owner, 0, memory_order_release);
}

static _Atomic uint32_t *entry_of(struct buffer *buffer, uint32_t site)
{
    _Atomic(_Atomic uint32_t *) *place = &buffer->pages[site / BUFFER_PAGE_SITES];
    _Atomic uint32_t *page = atomic_load_explicit(place, memory_order_acquire);
    if (!page) {
        _Atomic uint32_t *made = arena_alloc(BUFFER_PAGE_SITES * sizeof *made, 64);
        if (!made)
            return NULL;
        if (atomic_compare_exchange_strong_explicit(place, &page, made, memory_order_acq_rel,
                                                    memory_order_acquire))
            page = made;
    }
    return &page[site % BUFFER_PAGE_SITES];
}

struct state_cell *buffers_new_cell(struct buffer *buffer, uint32_t site)
{
    _Atomic uint32_t *entry = entry_of(buffer, site);
    uint64_t offset = entry ? segment_append(STATE_TABLE_CELLS, sizeof(struct state_cell)) : 0;
    if (offset == 0)
        return NULL;
    struct state_cell *cell = (struct state_cell *)(buffer->state + offset);
    cell->buffer = buffer->index;
    /* Pairs with the reader's acquire: `buffer` is set. */
    atomic_store_explicit(&cell->site, site, memory_order_release);
    /* In the shared buffer another thread may be quicker: its cell is the one, and
     * ours stays at zero. */
    uint32_t named = 0;
    if (atomic_compare_exchange_strong_explicit(entry, &named, (uint32_t)(offset / 8),
                                                memory_order_acq_rel, memory_order_acquire))
        return cell;
    return (struct state_cell *)(buffer->state + (uint64_t)named * 8);
}

bool buffers_add_shared_cell(uint32_t site)
{
    return buffers_cell(buffers_shared(), site) != NULL;
}
