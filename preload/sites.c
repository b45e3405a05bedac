/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/sites.h"
#include "preload/buffers.h"
#include "preload/modules.h"
#include "preload/random.h"
#include "preload/root.h"

struct node_key {
    uint32_t parent;
    uintptr_t pc;
};

static struct state_node *node_at(uint32_t id)
{
    return (struct state_node *)((char *)root.segment.header + (uint64_t)id * STATE_NODE_UNIT);
}

static bool node_equal(uint32_t id, const void *key)
{
    const struct node_key *k = key;
    struct state_node *node = node_at(id);
    return node->parent == k->parent &&
           atomic_load_explicit(&node->pc, memory_order_relaxed) == k->pc &&
           modules_current(node->module, k->pc);
}

static uint32_t node_create(uint32_t parent, uint32_t module, uintptr_t pc)
{
    uint64_t offset = segment_append(STATE_TABLE_NODES, sizeof(struct state_node));
    if (offset == 0)
        return 0;
    uint32_t id = (uint32_t)(offset / STATE_NODE_UNIT);
    struct state_node *node = node_at(id);
    node->parent = parent;
    node->module = module;
    /* Pairs with the reader's acquire: the node is whole. */
    atomic_store_explicit(&node->pc, pc, memory_order_release);
    return id;
}

static uint32_t node_intern(uint32_t parent, uintptr_t pc)
{
    struct node_key key = {parent, pc};
    uint64_t hash = random_mix(pc ^ (uint64_t)parent << 40 ^ parent);
    uint32_t id = index_find(&root.sites.nodes, hash, node_equal, &key);
    if (id)
        return id;
    if (parent && modules_own(pc))
        return parent; /* a signal handler interrupted us: our frames are nobody's business */
    id = node_create(parent, modules_find(pc), pc);
    if (id && !index_insert(&root.sites.nodes, hash, id))
        return 0;
    return id;
}

bool sites_init(void)
{
    struct sites *s = &root.sites;
    s->truncated = node_create(0, STATE_MODULE_PSEUDO, STATE_PC_TRUNCATED);
    s->unknown = node_create(0, STATE_MODULE_PSEUDO, STATE_PC_UNKNOWN);
    uint32_t other = node_create(0, STATE_MODULE_PSEUDO, STATE_PC_OTHER);
    return s->truncated && s->unknown && other && sites_intern(other, 0) == SITE_OTHER;
}

/* node_intern through the slot's own cache, which spares the shared index. */
static inline uint32_t node_cached(struct stack *stack, uint32_t parent, uintptr_t pc)
{
    uint32_t place = (uint32_t)(pc ^ pc >> 7 ^ parent * 5) % STACK_NODES;
    if (stack->nodes[place].pc == pc && stack->nodes[place].parent == parent)
        return stack->nodes[place].node;
    uint32_t node = node_intern(parent, pc);
    if (node) {
        stack->nodes[place].pc = pc;
        stack->nodes[place].parent = parent;
        stack->nodes[place].node = node;
    }
    return node;
}

uint32_t sites_intern_stack(struct stack *stack)
{
    uint32_t joint = stack->joint;
    uint32_t node = stack->complete ? 0 : root.sites.truncated;
    if (joint)
        node = stack->before[joint - 1].node;
    else if (stack->count == 0)
        return root.sites.unknown;
    bool keep = stack->reusable && joint + stack->count <= stack->depth;
    stack->known = joint;
    for (const struct frame *f = stack->above + stack->count; f-- > stack->above;) {
        node = node_cached(stack, node, f->pc);
        if (node == 0)
            break;
        if (keep)
            stack_push(stack, f, node);
    }
    if (keep && node)
        stack_keep(stack, joint);
    else
        stack->known = 0;
    return node;
}

struct site_key {
    uint32_t node;
    uint32_t size_class;
};

static bool site_equal(uint32_t id, const void *key)
{
    const struct site_key *k = key;
    struct state_site *site = segment_record(STATE_TABLE_SITES, id, sizeof *site);
    return site && site->size_class == k->size_class &&
           atomic_load_explicit(&site->node, memory_order_relaxed) == k->node;
}

static uint32_t site_create(uint32_t node, uint32_t size_class)
{
    _Atomic uint32_t *used = &root.segment.header->sites_used;
    uint32_t id = atomic_load_explicit(used, memory_order_relaxed);
    do {
        if (id >= STATE_SITES_MAX)
            return 0;
    } while (!atomic_compare_exchange_weak_explicit(used, &id, id + 1, memory_order_relaxed,
                                                    memory_order_relaxed));
    struct state_site *site = segment_record(STATE_TABLE_SITES, id, sizeof *site);
    if (!site || !buffers_add_shared_cell(id))
        return 0;
    site->size_class = size_class;
    /* Pairs with the reader's acquire: the class is set. */
    atomic_store_explicit(&site->node, node, memory_order_release);
    return id;
}

uint32_t sites_intern(uint32_t node, uint32_t size_class)
{
    struct site_key key = {node, size_class};
    uint64_t hash = random_mix((uint64_t)node << 32 | size_class);
    uint32_t id = index_find(&root.sites.sites, hash, site_equal, &key);
    if (id)
        return id;
    id = site_create(node, size_class);
    if (id && index_insert(&root.sites.sites, hash, id))
        return id;
    segment_lost(STATE_LOST_SITE);
    return SITE_OTHER;
}
