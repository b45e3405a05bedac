/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/compare.h"
#include "preload/context.h"
#include "preload/nodes.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"

void unwind_compare(const struct stack *stack, uint32_t site, const struct unwind_start *caller)
{
    const struct state_site *record = state_map_record(STATE_TABLE_SITES, site, sizeof *record);
    struct event_context *context = unwind_libunwind_loaded() ? context_take(&thread, false) : NULL;
    if (!context)
        return;
    context_enter_epoch(context, stack->unload_epoch);
    unwind_libunwind(&context->stack, caller);
    uint32_t other = nodes_of(&context->stack, nodes_stack_hash(&context->stack));
    context_return(context);
    struct state_header *h = state_map.header;
    atomic_fetch_add_explicit(&h->diff_stacks, 1, memory_order_relaxed);
    uint32_t node = record ? atomic_load_explicit(&record->node, memory_order_relaxed) : 0;
    if (nodes_same(node, other))
        return;
    atomic_fetch_add_explicit(&h->diff_different, 1, memory_order_relaxed);
    uint64_t offset = state_map_append(STATE_TABLE_DIFFS, sizeof(struct state_diff));
    if (offset == 0)
        return;
    struct state_diff *diff = (struct state_diff *)((char *)h + offset);
    diff->compared = other;
    atomic_store_explicit(&diff->recorded, node, memory_order_release);
}
