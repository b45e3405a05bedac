/* SPDX-License-Identifier: Apache-2.0
 *
 * First what files say (modules), then what names say, then what an anonymous mapping looks like.
 */
#include "collector/memory/parts.h"

#include "collector/memory/glibc.h"

#include <string.h>

#define GUARD_MOST  (UINT64_C(1) << 20) /* bytes of the guard below a thread's stack */
#define STACK_LEAST (UINT64_C(16) << 10)
#define STACK_UNKNOWN                                                                              \
    (UINT64_C(64) << 20) /* without a guard no larger mapping is taken for one                     \
                          */

static bool is_private(const struct smaps_mapping *mapping)
{
    return mapping->permissions[3] == 'p';
}

static bool is_closed(const struct smaps_mapping *mapping)
{
    return strncmp(mapping->permissions, "---", 3) == 0;
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* --- by name --- */

/* A name that the process gave to memory without a file: [anon:...]. */
static enum memory_kind kind_of_anon_name(const struct memory_view *view, const char *name)
{
    if (begins_with(name, "[anon: glibc: pthread"))
        return MEMORY_THREAD_STACKS;
    if (begins_with(name, "[anon: glibc: malloc arena"))
        return MEMORY_ARENAS;
    if (begins_with(name, "[anon: glibc: malloc"))
        return MEMORY_BLOCKS;
    if (strstr(name, "tcmalloc") || strstr(name, "jemalloc") || strstr(name, "mimalloc") ||
        (view->allocator && strstr(name, view->allocator)))
        return MEMORY_ALLOCATOR;
    return begins_with(name, "[anon_shmem:") ? MEMORY_SHARED : MEMORY_ANONYMOUS;
}

static enum memory_kind kind_of_name(const struct memory_view *view, const char *name)
{
    if (strcmp(name, "[heap]") == 0)
        return MEMORY_HEAP;
    if (strcmp(name, "[stack]") == 0)
        return MEMORY_MAIN_STACK;
    if (begins_with(name, "[stack:"))
        return MEMORY_THREAD_STACKS;
    if (begins_with(name, "[anon"))
        return kind_of_anon_name(view, name);
    if (name[0] == '[')
        return MEMORY_KERNEL;
    return begins_with(name, "/memfd:") || begins_with(name, "/dev/shm/") ||
                   begins_with(name, "/SYSV") || begins_with(name, "/dev/zero")
               ? MEMORY_SHARED
               : MEMORY_FILES;
}

/* --- memory without a name --- */

static bool holds_stack_pointer(const struct memory_view *view, uint64_t start, uint64_t end)
{
    for (size_t i = 0; i < view->stack_pointer_count; i++)
        if (view->stack_pointers[i] >= start && view->stack_pointers[i] < end)
            return true;
    return false;
}

/* pthread_create leaves pages without access below each stack; glibc's arenas have theirs above,
 * and those have no reserve. */
static bool has_guard_below(const struct memory_view *view, size_t index)
{
    const struct smaps_mapping *mapping = &view->smaps->items[index];
    const struct smaps_mapping *below = index > 0 ? mapping - 1 : NULL;
    return below && below->end == mapping->start && is_closed(below) && is_private(below) &&
           below->name[0] == '\0' && below->has_reserve && below->end - below->start <= GUARD_MOST;
}

/* How much of the range, from its start on, is a thread's stack; 0: none.  Kernels before 6.7 join
 * it with what lies above: then it is as long as stacks are here. */
static uint64_t stack_bytes(const struct memory_view *view, size_t index, uint64_t start,
                            uint64_t end, bool *is_likely)
{
    const struct smaps_mapping *mapping = &view->smaps->items[index];
    bool has_guard = start == mapping->start && has_guard_below(view, index);
    bool is_one = mapping->is_without_thp && has_guard;
    uint64_t usual = view->target->stack_bytes, most = end;
    if (has_guard && !is_one && usual >= STACK_LEAST && usual < end - start)
        most = start + usual;
    bool is_used = holds_stack_pointer(view, start, most);
    if (has_guard && !is_used && most < end && holds_stack_pointer(view, start, end))
        most = end, is_used = true; /* it is larger than usual */
    *is_likely = !is_used;
    if (has_guard ? (is_used || most - start >= STACK_LEAST)
                  : (is_used && end - start <= STACK_UNKNOWN))
        return most - start;
    return 0;
}

/* Memory of a thread's stack stays what it is; of the rest, what the allocator at hand makes. */
static void add_anonymous(struct memory_parts *parts, const struct memory_view *view, size_t index,
                          struct memory_part part)
{
    const struct smaps_mapping *mapping = &view->smaps->items[index];
    bool has_state = view->state_inode != 0, is_alone = !mapping->has_reserve;
    if (mapping->is_wiped && is_alone && has_state) {
        part.kind = MEMORY_OURS;
        memory_parts_add(parts, &part);
        return;
    }
    if (view->allocator && is_alone) {
        part.kind = MEMORY_ALLOCATOR;
        memory_parts_add(parts, &part);
        return;
    }
    uint64_t stack = is_closed(mapping) || is_alone
                         ? 0
                         : stack_bytes(view, index, part.start, part.end, &part.is_likely);
    if (stack) {
        uint64_t end = part.end;
        part.kind = MEMORY_THREAD_STACKS;
        part.end = part.start + stack;
        memory_parts_add(parts, &part);
        part.start = part.end;
        part.end = end;
    }
    part.is_likely = false;
    part.kind = MEMORY_ANONYMOUS;
    if (view->allocator || is_closed(mapping))
        memory_parts_add(parts, &part);
    else
        glibc_parts(parts, view, index, &part);
}

/* What no module claims. */
static void add_rest(struct memory_parts *parts, const struct memory_view *view, size_t index,
                     uint64_t start, uint64_t end)
{
    const struct smaps_mapping *mapping = &view->smaps->items[index];
    struct memory_part part = {.start = start, .end = end};
    if (start >= end)
        return;
    if (view->state_inode && mapping->inode == view->state_inode &&
        mapping->device == view->state_device)
        part.kind = MEMORY_OURS;
    else if (mapping->name[0])
        part.kind = kind_of_name(view, mapping->name);
    else if (!is_private(mapping))
        part.kind = MEMORY_SHARED;
    else {
        add_anonymous(parts, view, index, part);
        return;
    }
    memory_parts_add(parts, &part);
}

/* --- modules --- */

static enum memory_kind kind_of_permissions(const struct smaps_mapping *mapping)
{
    if (mapping->inode == 0)
        return MEMORY_BSS;
    return mapping->permissions[2] == 'x'   ? MEMORY_TEXT
           : mapping->permissions[1] == 'w' ? MEMORY_DATA
                                            : MEMORY_RODATA;
}

/* The part of a module that begins at an address, or the next one behind it, cut at `end`; empty:
 * there is none. */
static struct memory_part module_part(const struct memory_module *module,
                                      const struct smaps_mapping *mapping, uint64_t at,
                                      uint64_t end)
{
    struct memory_part part = {.start = end, .end = end, .module = module};
    if (module->segments.count == 0) {
        part = (struct memory_part){at > module->start ? at : module->start,
                                    end < module->end ? end : module->end,
                                    kind_of_permissions(mapping), module, false};
    }
    for (unsigned i = 0; i < module->segments.count; i++) {
        const struct segment *segment = &module->segments.items[i];
        if (segment->end <= at)
            continue;
        part.start = segment->start > at ? segment->start : at;
        part.end = segment->end < end ? segment->end : end;
        part.kind = (enum memory_kind)segment->kind;
        break;
    }
    if (part.start >= part.end)
        part.start = part.end = end;
    if (module->is_ours)
        part.kind = MEMORY_OURS;
    return part;
}

/* Whether a mapping can be a module's: of its file, or without a name where its bss may be. */
static bool may_be_of(const struct memory_module *module, const struct smaps_mapping *mapping)
{
    if (mapping->inode == 0)
        return mapping->name[0] == '\0' || strcmp(mapping->name, "[heap]") == 0 ||
               begins_with(mapping->name, "[anon");
    return mapping->inode == module->first->inode && mapping->device == module->first->device;
}

void memory_parts_of(struct memory_parts *parts, const struct memory_view *view, size_t index)
{
    const struct smaps_mapping *mapping = &view->smaps->items[index];
    parts->count = 0;
    for (uint64_t at = mapping->start; at < mapping->end;) {
        const struct memory_module *module = memory_modules_at(view->modules, at);
        struct memory_part part = {.start = mapping->end, .end = mapping->end};
        if (module && module->start < mapping->end && may_be_of(module, mapping))
            part = module_part(module, mapping, at, mapping->end);
        add_rest(parts, view, index, at, part.start);
        memory_parts_add(parts, &part);
        /* A module may end before the mapping does: the next turn asks for the one behind it. */
        at = part.end > at ? part.end : mapping->end;
    }
}
