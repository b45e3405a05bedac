/* SPDX-License-Identifier: Apache-2.0
 *
 * An arena's memory is cut into heaps of 64 MiB at multiples of that, whose first word points to
 * the arena; what is not used yet has no access.  A large block is a mapping that begins with two
 * words: 0, and its length with the second bit set.  The kernel joins such mappings with their
 * neighbours, so that they are looked for page by page, among pages that are resident.
 */
#include "collector/memory/glibc.h"

#include <string.h>

#define HEAP_BYTES    (UINT64_C(64) << 20) /* HEAP_MAX_SIZE on 64-bit machines */
#define HEADER_MOST   UINT64_C(4096)       /* an arena's description lies in its first page */
#define MMAPPED       UINT64_C(2)          /* IS_MMAPPED in a block's size */
#define SIZE_BITS     UINT64_C(7)
#define PAGES_AT_ONCE 512

/* --- arenas --- */

static bool is_unused_tail(const struct smaps_mapping *mapping, uint64_t start, uint64_t end)
{
    return mapping->start == start && mapping->end >= end &&
           strncmp(mapping->permissions, "---p", 4) == 0 && mapping->name[0] == '\0';
}

/* The first word of a heap is the address of its arena, which lies at the beginning of a heap. */
static bool points_to_arena(const struct memory_view *view, uint64_t heap, bool *is_read)
{
    uint64_t word = 0;
    *is_read = target_read(view->target, heap, &word, sizeof(word));
    return *is_read && word >= HEAP_BYTES && word % HEAP_BYTES < HEADER_MOST;
}

static bool is_heap(const struct memory_view *view, size_t index, uint64_t start, uint64_t end,
                    bool *is_likely)
{
    const struct smaps_mapping *mapping = &view->smaps->items[index];
    bool is_full = end == start + HEAP_BYTES, is_read;
    bool has_tail = end == mapping->end && index + 1 < view->smaps->count &&
                    is_unused_tail(mapping + 1, end, start + HEAP_BYTES);
    if (start % HEAP_BYTES != 0 || (!is_full && !has_tail))
        return false;
    bool is_arena = points_to_arena(view, start, &is_read);
    *is_likely = !is_read;
    return is_arena || !is_read;
}

/* --- large blocks --- */

/* The length of the block whose mapping begins with these words; 0: none does. */
static uint64_t block_bytes(const struct target_head *head, uint64_t page, uint64_t most)
{
    uint64_t bytes = head->words[1] & ~SIZE_BITS;
    bool is_one = head->words[0] == 0 && (head->words[1] & SIZE_BITS) == MMAPPED && bytes >= page &&
                  bytes % page == 0 && bytes <= most;
    return is_one ? bytes : 0;
}

/* Adds what the pages of one look are, and returns where to go on: behind the block that reaches
 * furthest. */
static uint64_t add_pages(struct memory_parts *parts, const struct memory_part *range,
                          uint64_t start, const struct target_head *heads, size_t count,
                          uint64_t page)
{
    uint64_t at = start, end = start + count * page;
    while (at < end) {
        struct memory_part part = {.start = at, .kind = range->kind};
        uint64_t block = block_bytes(&heads[(at - start) / page], page, range->end - at);
        part.end = at + (block ? block : page);
        part.kind = block ? MEMORY_BLOCKS : range->kind;
        memory_parts_add(parts, &part);
        at = part.end;
    }
    return at;
}

static void add_blocks(struct memory_parts *parts, const struct memory_view *view,
                       const struct memory_part *range)
{
    bool flags[PAGES_AT_ONCE];
    struct target_head heads[PAGES_AT_ONCE];
    uint64_t page = view->target->page_bytes;
    struct memory_part rest = *range;
    while (rest.start < rest.end) {
        uint64_t pages = (rest.end - rest.start) / page;
        size_t count = pages < PAGES_AT_ONCE ? (size_t)pages : PAGES_AT_ONCE;
        if (count == 0 || !target_pages(view->target, rest.start, flags, count))
            break;
        target_heads(view->target, rest.start, flags, heads, count);
        rest.start = add_pages(parts, range, rest.start, heads, count, page);
    }
    memory_parts_add(parts, &rest); /* what could not be looked at */
}

void glibc_parts(struct memory_parts *parts, const struct memory_view *view, size_t index,
                 const struct memory_part *range)
{
    const struct smaps_mapping *mapping = &view->smaps->items[index];
    struct memory_part rest = *range;
    while (!mapping->has_reserve && rest.start < rest.end) {
        uint64_t next = (rest.start / HEAP_BYTES + 1) * HEAP_BYTES;
        struct memory_part part = rest;
        part.end = next < rest.end ? next : rest.end;
        if (!is_heap(view, index, part.start, part.end, &part.is_likely))
            break;
        part.kind = MEMORY_ARENAS;
        memory_parts_add(parts, &part);
        rest.start = part.end;
    }
    if (rest.start < rest.end)
        add_blocks(parts, view, &rest);
}
