/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/memory/part.h"

#include <stdlib.h>

void memory_parts_add(struct memory_parts *parts, const struct memory_part *part)
{
    struct memory_part *last = parts->count ? &parts->items[parts->count - 1] : NULL;
    if (part->start >= part->end)
        return;
    if (last && last->end == part->start && last->kind == part->kind &&
        last->module == part->module && last->is_likely == part->is_likely) {
        last->end = part->end;
        return;
    }
    if (parts->count == parts->capacity) {
        size_t wanted = parts->capacity ? parts->capacity * 2 : 16;
        void *moved = realloc(parts->items, wanted * sizeof(*parts->items));
        if (!moved) {
            parts->has_failed = true;
            return;
        }
        parts->items = moved;
        parts->capacity = wanted;
    }
    parts->items[parts->count++] = *part;
}

void memory_parts_deinit(struct memory_parts *parts)
{
    free(parts->items);
    *parts = (struct memory_parts){.count = 0};
}
