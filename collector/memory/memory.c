/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/memory/memory.h"

#include <stdlib.h>
#include <string.h>

/* Hands out what a mapping has to its parts, in the proportion of `weights`.  The sum stays what it
 * was, and each share is of whole `unit`s as far as the whole is. */
static void share_out(uint64_t whole, uint64_t unit, const uint64_t *weights, uint64_t *shares,
                      size_t count)
{
    uint64_t all = 0, given = 0;
    size_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        all += weights[i];
        largest = weights[i] > weights[largest] ? i : largest;
    }
    for (size_t i = 0; i < count; i++) {
        double share = all ? (double)whole * (double)weights[i] / (double)all : 0;
        shares[i] = (uint64_t)(share / (double)unit) * unit;
        if (all == whole)
            shares[i] = weights[i];
        given += shares[i];
    }
    if (count)
        shares[largest] += whole - given;
}

static size_t offset_of_field(unsigned field)
{
    static const size_t offsets[] = {
        offsetof(struct memory_sizes, pss), offsetof(struct memory_sizes, dirty),
        offsetof(struct memory_sizes, swap), offsetof(struct memory_sizes, huge),
        offsetof(struct memory_sizes, hugetlb)};
    return offsets[field];
}
#define OTHER_FIELDS 5

static uint64_t *field_of(struct memory_sizes *sizes, size_t offset)
{
    return (uint64_t *)(void *)((char *)sizes + offset);
}

/* Resident pages are counted part by part.  The rest of what the kernel says of the mapping as a
 * whole is divided as these are.  False: no memory. */
static bool divide(const struct memory *memory, const struct smaps_mapping *mapping,
                   const struct memory_parts *parts, struct memory_sizes *sizes)
{
    size_t count = parts->count;
    struct memory_sizes whole = mapping->sizes;
    uint64_t *weights = calloc(count * 2, sizeof(*weights));
    uint64_t resident = 0;
    bool is_known = weights != NULL;
    if (!weights)
        return false;
    uint64_t *shares = weights + count;
    memset(sizes, 0, count * sizeof(*sizes));
    for (size_t i = 0; i < count; i++) {
        const struct memory_part *part = &parts->items[i];
        sizes[i].mapped = whole.mapped ? part->end - part->start : 0;
        is_known =
            is_known && target_resident(&memory->target, part->start, part->end, &weights[i]);
        resident += weights[i];
    }
    for (size_t i = 0; i < count && (!is_known || resident == 0); i++)
        weights[i] = parts->items[i].end - parts->items[i].start;
    share_out(whole.rss, memory->target.page_bytes, weights, shares, count);
    for (size_t i = 0; i < count; i++)
        sizes[i].rss = weights[i] = shares[i];
    for (unsigned field = 0; field < OTHER_FIELDS; field++) {
        size_t offset = offset_of_field(field);
        share_out(*field_of(&whole, offset), 1024, weights, shares, count);
        for (size_t i = 0; i < count; i++)
            *field_of(&sizes[i], offset) = shares[i];
    }
    free(weights);
    return true;
}

static void count_part(struct memory *memory, const struct memory_part *part,
                       const struct memory_sizes *sizes, const struct memory_part *before)
{
    struct memory_kind_sums *sums = &memory->kinds[part->kind];
    memory_sizes_add(&sums->sizes, sizes);
    memory_sizes_add(&memory->total, sizes);
    sums->likely += part->is_likely ? sizes->rss : 0;
    sums->count += sizes->mapped > 0 && (before->kind != part->kind || before->end != part->start);
    if (part->module && part->kind < MEMORY_MODULE_KINDS)
        memory_sizes_add(&memory->modules[part->module - memory->found.items].kinds[part->kind],
                         sizes);
}

/* False: no memory. */
static bool count_mapping(struct memory *memory, const struct memory_view *view,
                          struct memory_parts *parts, size_t index, struct memory_part *before)
{
    const struct smaps_mapping *mapping = &memory->smaps.items[index];
    memory_parts_of(parts, view, index);
    struct memory_sizes *sizes = calloc(parts->count ? parts->count : 1, sizeof(*sizes));
    bool has_memory = sizes && !parts->has_failed;
    if (has_memory && parts->count == 1)
        sizes[0] = mapping->sizes;
    else if (has_memory)
        has_memory = divide(memory, mapping, parts, sizes);
    for (size_t i = 0; has_memory && i < parts->count; i++) {
        count_part(memory, &parts->items[i], &sizes[i], before);
        *before = parts->items[i];
    }
    free(sizes);
    return has_memory;
}

static bool count_all(struct memory *memory, uint64_t state_device, uint64_t state_inode)
{
    struct memory_parts parts = {0};
    struct memory_part before = {.kind = MEMORY_KINDS};
    struct memory_view view = {.smaps = &memory->smaps,
                               .target = &memory->target,
                               .modules = &memory->found,
                               .allocator = memory->allocator,
                               .state_device = state_device,
                               .state_inode = state_inode};
    uint64_t *pointers =
        target_stack_pointers(&memory->target, &view.stack_pointer_count, &memory->threads);
    bool has_memory = true;
    view.stack_pointers = pointers;
    for (size_t i = 0; has_memory && i < memory->smaps.count; i++)
        has_memory = count_mapping(memory, &view, &parts, i, &before);
    free(pointers);
    memory_parts_deinit(&parts);
    return has_memory;
}

struct error *memory_read(struct memory *memory, pid_t pid, uint64_t state_device,
                          uint64_t state_inode)
{
    *memory = (struct memory){.pid = pid};
    target_open(&memory->target, pid);
    struct error *error = smaps_read(&memory->smaps, pid);
    if (error)
        return error;
    smaps_read_rollup(&memory->rollup, pid);
    if (!memory_modules_init(&memory->found, &memory->smaps, &memory->target))
        return error_no_memory();
    memory->allocator = memory_modules_allocator(&memory->found);
    memory->modules = calloc(memory->found.count + 1, sizeof(*memory->modules));
    if (!memory->modules || !count_all(memory, state_device, state_inode))
        return error_no_memory();
    return NULL;
}

void memory_deinit(struct memory *memory)
{
    target_close(&memory->target);
    memory_modules_deinit(&memory->found);
    smaps_deinit(&memory->smaps);
    free(memory->modules);
    memory->modules = NULL;
}

struct memory_sizes memory_of_allocator(const struct memory *memory)
{
    static const enum memory_kind kinds[] = {MEMORY_HEAP, MEMORY_ARENAS, MEMORY_BLOCKS,
                                             MEMORY_ALLOCATOR};
    struct memory_sizes sum = {0};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        memory_sizes_add(&sum, &memory->kinds[kinds[i]].sizes);
    return sum;
}
