/* SPDX-License-Identifier: Apache-2.0
 *
 * The site of a stack is looked up three times, the next only where the one before knows nothing:
 * in the context's cache, in the index by the hash of stack and size class, and in the tree of
 * stacks, where new ones are made.
 */
#include "preload/sites.h"
#include "preload/count.h"
#include "preload/counters.h"
#include "preload/index.h"
#include "preload/nodes.h"
#include "preload/process/modules.h"
#include "preload/process/process_wide.h"
#include "preload/process/state_map.h"
#include "preload/unwind/choose.h"

#define SITE_BITS 20
static_assert(STATE_SITES_MAX == 1u << SITE_BITS, "sites in the index");

struct PROCESS_WIDE_TYPE sites {
    struct index index; /* by key_of() */
};
static PROCESS_WIDE(struct sites, sites);

#define KEY_OTHER UINT64_C(0x589965cc75374cc3)

/* What names a site: a stack_hash and a size class, which is no pc. */
static inline uint64_t key_of(uint64_t stack_hash, uint32_t size_class)
{
    return stack_hash_extend(stack_hash, size_class);
}

static uint32_t site_create(uint32_t node, uint32_t size_class)
{
    _Atomic uint32_t *used = &state_map.header->sites_used;
    uint32_t id = atomic_load_explicit(used, memory_order_relaxed);
    do {
        if (id >= STATE_SITES_MAX)
            return 0;
    } while (!atomic_compare_exchange_weak_explicit(used, &id, id + 1, memory_order_relaxed,
                                                    memory_order_relaxed));
    struct state_site *site = state_map_record(STATE_TABLE_SITES, id, sizeof *site);
    if (!site || !counters_reserve(id)) /* so that any thread can count it */
        return 0;
    site->size_class = size_class;
    /* Pairs with the reader's acquire: the class is set. */
    atomic_store_explicit(&site->node, node, memory_order_release);
    return id;
}

/* 0: the site is not there, or not whole yet. */
static uint32_t site_node(uint32_t id)
{
    const struct state_site *site =
        id ? state_map_record(STATE_TABLE_SITES, id, sizeof *site) : NULL;
    return site ? atomic_load_explicit(&site->node, memory_order_relaxed) : 0;
}

/* When libraries take turns at one address, one key has a site for each node of its stack_hash.
 * These are indexed by a key that includes the node, too. */
static uint32_t site_for_module(uint64_t key, uint32_t node, uint32_t size_class)
{
    uint64_t turn = stack_hash_extend(key, node);
    uint32_t id = index_get(&sites.index, SITE_BITS, turn);
    if (site_node(id) == node)
        return id;
    id = site_create(node, size_class);
    return id && index_put(&sites.index, SITE_BITS, turn, id) ? id : 0;
}

/* Site of a node and a size class, to be found by `key` from now on.  `known`: what is found by it
 * now, 0 or a site of another node, or of one that was not looked at since a library was closed. */
static uint32_t intern(uint64_t key, uint32_t known, uint32_t node, uint32_t size_class)
{
    uint32_t id = known;
    if (id == 0)
        id = site_create(node, size_class);
    else if (site_node(id) != node)
        id = site_for_module(key, node, size_class);
    if (id && index_put(&sites.index, SITE_BITS, key, id))
        return id;
    state_map_lost(STATE_LOST_SITE);
    return SITE_OTHER;
}

/* The site of a stack_hash of which no current one is known.  `walked`: the stack's frames are
 * those of the hash; else it was remembered, and may have to be walked. */
static __attribute__((noinline)) uint32_t create(struct stack *stack, uint64_t stack_hash,
                                                 uint32_t known, uint32_t size_class, bool walked,
                                                 const struct unwind_start *caller)
{
    uint32_t node = walked ? 0 : nodes_known(stack_hash, stack->unload_epoch);
    if (node == 0) {
        if (!walked) {
            stack_forget(stack);
            unwind_chosen(stack, caller);
            stack_hash = nodes_stack_hash(stack);
            known = index_get(&sites.index, SITE_BITS, key_of(stack_hash, size_class));
        }
        node = nodes_of(stack, stack_hash);
    }
    if (node == 0) {
        stack_forget(stack);
        state_map_lost(STATE_LOST_STACK);
        return SITE_OTHER;
    }
    return intern(key_of(stack_hash, size_class), known, node, size_class);
}

static inline struct site_entry *entry_of(struct event_context *context, uint64_t key)
{
    return &context->sites[key % SITE_CACHE_ENTRIES];
}

/* What the context's cache does not have.  What counts elsewhere than the context does is not kept
 * there, for there may be room later. */
static __attribute__((noinline)) const struct site_entry *
find_uncached(struct event_context *context, const struct unwind_start *caller, uint32_t size_class,
              uint64_t stack_hash, bool walked)
{
    uint64_t key = key_of(stack_hash, size_class);
    struct stack *stack = &context->stack;
    uint32_t site = index_get_again(&sites.index, SITE_BITS, key);
    if (site == 0 || (stack->unload_epoch && !nodes_current(site_node(site), stack->unload_epoch)))
        site = create(stack, stack_hash, site, size_class, walked, caller);
    struct counter_shard *shard = context->shard;
    struct state_counters *counters = count_counters(&shard, &site);
    bool kept = shard == context->shard && site != SITE_OTHER;
    struct site_entry *entry = kept ? entry_of(context, key) : &context->uncached;
    entry->key = 0; /* a handler that leaves by longjmp leaves it empty, not half new */
    atomic_signal_fence(memory_order_seq_cst);
    entry->counters = counters;
    entry->site = site;
    entry->shared = shard->index == 0;
    atomic_signal_fence(memory_order_seq_cst);
    entry->key = kept ? key : 0;
    return entry;
}

/* The same for a stack that is not remembered. */
static __attribute__((noinline)) const struct site_entry *
find_walked(struct event_context *context, const struct unwind_start *caller, uint32_t size_class)
{
    unwind_chosen(&context->stack, caller);
    uint64_t stack_hash = nodes_stack_hash(&context->stack);
    uint64_t key = key_of(stack_hash, size_class);
    struct site_entry *entry = entry_of(context, key);
    return entry->key == key ? entry : find_uncached(context, caller, size_class, stack_hash, true);
}

const struct site_entry *sites_find(struct event_context *context,
                                    const struct unwind_start *caller, uint32_t size_class)
{
    context_enter_epoch(context, modules_unload_epoch());
    uint64_t stack_hash = stack_recall(&context->stack, caller);
    if (__builtin_expect(stack_hash == 0, 0))
        return find_walked(context, caller, size_class);
    uint64_t key = key_of(stack_hash, size_class);
    struct site_entry *entry = entry_of(context, key);
    return entry->key == key ? entry
                             : find_uncached(context, caller, size_class, stack_hash, false);
}

uint64_t sites_walk(struct event_context *context, const struct unwind_start *caller)
{
    context_enter_epoch(context, modules_unload_epoch());
    unwind_chosen(&context->stack, caller);
    return nodes_stack_hash_once(&context->stack);
}

const struct site_entry *sites_find_walked(struct event_context *context,
                                           const struct unwind_start *caller, uint32_t size_class,
                                           uint64_t stack_hash)
{
    uint64_t key = key_of(stack_hash, size_class);
    struct site_entry *entry = entry_of(context, key);
    return entry->key == key ? entry : find_uncached(context, caller, size_class, stack_hash, true);
}

bool sites_init(void)
{
    uint32_t other = nodes_init();
    return other && intern(KEY_OTHER, 0, other, 0) == SITE_OTHER &&
           counters_of(shard_shared(), SITE_OTHER);
}
