/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/sites.h"
#include "preload/counters.h"
#include "preload/process/modules.h"
#include "preload/process/process.h"

static struct state_node *node_at(uint32_t id)
{
    return (struct state_node *)((char *)root.segment.header + (uint64_t)id * STATE_NODE_UNIT);
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

/* Where paths begin. */
#define PATH_COMPLETE UINT64_C(0xa0761d6478bd642f)
#define PATH_CUT      UINT64_C(0xe7037ed1a0b428db)
#define PATH_UNKNOWN  UINT64_C(0x8ebc6af09c88c6e3)
#define PATH_OTHER    UINT64_C(0x589965cc75374cc3)

/* Values of the indexes: an id, and the epoch in which it was last seen to hold. */
static inline uint64_t value_of(uint32_t id, uint32_t epoch)
{
    return (uint64_t)epoch << 32 | id;
}
static inline bool is_current(uint64_t value, uint32_t epoch)
{
    return value && value >> 32 == epoch;
}

static bool node_holds(uint32_t id, uint32_t parent, uintptr_t pc)
{
    if (id == 0)
        return false;
    const struct state_node *node = node_at(id);
    return node->parent == parent && atomic_load_explicit(&node->pc, memory_order_relaxed) == pc &&
           modules_current(node->module, pc);
}

/* When libraries take turns at one address, a path has a node for each of them: these
 * are kept under what tells them apart, too. */
static uint32_t node_of_turn(uint64_t path, uint32_t epoch, uint32_t parent, uintptr_t pc)
{
    uint32_t module = modules_find(pc);
    uint64_t turn = sites_path_of(path, (uint64_t)parent << 32 | module);
    uint32_t id = (uint32_t)index_get(&root.sites.nodes, turn);
    if (node_holds(id, parent, pc))
        return id;
    id = node_create(parent, module, pc);
    return id && index_put(&root.sites.nodes, turn, value_of(id, epoch)) ? id : 0;
}

/* The node of a path that is new (`known` 0), or was not looked at since a library
 * was closed. */
static uint32_t node_intern(uint64_t path, uint32_t epoch, uint32_t known, uint32_t parent,
                            uintptr_t pc)
{
    uint32_t id = known;
    if (parent && modules_own(pc))
        id = parent; /* a signal handler interrupted us: our frames are nobody's business */
    else if (id == 0)
        id = node_create(parent, modules_find(pc), pc);
    else if (!node_holds(id, parent, pc))
        id = node_of_turn(path, epoch, parent, pc);
    return id && index_put(&root.sites.nodes, path, value_of(id, epoch)) ? id : 0;
}

/* Frame n of a stack, counted from the innermost. */
struct step {
    uint64_t path;
    uintptr_t pc;
};
static inline struct step step_at(const struct stack *stack, uint32_t n)
{
    if (n < stack->count)
        return (struct step){stack->above[n].path, stack->above[n].pc};
    const struct known_frame *frame = &stack->before[stack->joint + stack->count - 1 - n];
    return (struct step){frame->path, frame->pc};
}

/* Outwards to a frame that is known, and back; `value` is what the index has for the
 * innermost. */
static __attribute__((noinline)) uint32_t intern_frames(const struct stack *stack, uint64_t value)
{
    uint32_t n = 0, all = stack->count + stack->joint, node;
    bool stale = false;
    while (!is_current(value, stack->epoch)) {
        stale |= value != 0;
        if (++n == all)
            break;
        value = index_get(&root.sites.nodes, step_at(stack, n).path);
    }
    node = n < all ? (uint32_t)value : stack->complete ? 0 : root.sites.truncated;
    while (n-- > 0) {
        struct step step = step_at(stack, n);
        uint64_t known = stale ? index_get(&root.sites.nodes, step.path) : 0;
        node = node_intern(step.path, stack->epoch, (uint32_t)known, node, step.pc);
        if (node == 0)
            break;
    }
    return node;
}

uint64_t sites_path(struct stack *stack)
{
    stack->deep = stack->reusable && (stack->open || stack->joint + stack->count > stack->depth);
    if (stack->deep)
        stack_make_room(stack);
    uint32_t joint = stack->joint;
    uint64_t path = stack->complete ? PATH_COMPLETE : PATH_CUT;
    if (joint)
        path = stack->before[joint - 1].path;
    else if (stack->count == 0)
        return PATH_UNKNOWN;
    bool keep = stack->reusable;
    stack->known = joint;
    if (stack->hashed > joint)
        stack->hashed = joint;
    for (struct frame *f = stack->above + stack->count; f-- > stack->above;) {
        /* Our own frames, which a signal handler interrupted, have no node: no path either,
         * or each of our instructions would make its own nodes of what lies inside it. */
        if (stack->reusable || path == PATH_COMPLETE || !modules_own(f->pc))
            path = sites_path_of(path, f->pc);
        f->path = path;
        if (keep)
            stack_push(stack, f);
    }
    if (!keep) {
        stack->known = 0;
        return path;
    }
    stack->before_complete = stack->complete;
    stack->before_open = stack->open;
    stack->plain = stack->open ? 0 : stack->depth;
    if (stack->deep) {
        stack->complete = false;
        path = stack_window_path(stack);
    }
    stack_keep(stack, joint, path);
    return path;
}

uint32_t sites_known_node(uint64_t path, uint32_t epoch)
{
    uint64_t value = index_get(&root.sites.nodes, path);
    return is_current(value, epoch) ? (uint32_t)value : 0;
}

/* The recorded frames of a deep stack, as if the walk had found these and no others: they
 * have paths of their own, which begin where the stack is cut. */
static uint64_t lay_out(struct stack *stack)
{
    const struct known_frame *frame = &stack->before[stack->known - stack->depth];
    uint64_t path = PATH_CUT;
    for (uint32_t n = stack->depth; n-- > 0; frame++) {
        path = sites_path_of(path, frame->pc);
        stack->above[n] = (struct frame){.pc = frame->pc, .path = path};
    }
    stack->count = stack->depth;
    stack->joint = 0;
    return path;
}

uint32_t sites_node(struct stack *stack, uint64_t path)
{
    if (stack->count + stack->joint == 0)
        return root.sites.unknown;
    uint64_t value = index_get(&root.sites.nodes, path);
    if (is_current(value, stack->epoch))
        return (uint32_t)value;
    if (!stack->deep)
        return intern_frames(stack, value);
    uint64_t cut_path = lay_out(stack);
    value = index_get(&root.sites.nodes, cut_path);
    uint32_t node = is_current(value, stack->epoch) ? (uint32_t)value : intern_frames(stack, value);
    return node && index_put(&root.sites.nodes, path, value_of(node, stack->epoch)) ? node : 0;
}

bool sites_same(uint32_t a, uint32_t b)
{
    while (a != b) {
        if (a == 0 || b == 0)
            return false;
        const struct state_node *one = node_at(a), *two = node_at(b);
        if (one->module != two->module || atomic_load_explicit(&one->pc, memory_order_relaxed) !=
                                              atomic_load_explicit(&two->pc, memory_order_relaxed))
            return false;
        a = one->parent;
        b = two->parent;
    }
    return true;
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

uint32_t sites_find(uint64_t key, uint32_t epoch)
{
    uint64_t value = index_get(&root.sites.sites, key);
    return is_current(value, epoch) ? (uint32_t)value : 0;
}

static bool site_holds(uint32_t id, uint32_t node)
{
    const struct state_site *site = id ? segment_record(STATE_TABLE_SITES, id, sizeof *site) : NULL;
    return site && atomic_load_explicit(&site->node, memory_order_relaxed) == node;
}

/* As node_of_turn(). */
static uint32_t site_of_turn(uint64_t key, uint32_t epoch, uint32_t node, uint32_t size_class)
{
    uint64_t turn = sites_path_of(key, node);
    uint32_t id = (uint32_t)index_get(&root.sites.sites, turn);
    if (site_holds(id, node))
        return id;
    id = site_create(node, size_class);
    return id && index_put(&root.sites.sites, turn, value_of(id, epoch)) ? id : 0;
}

uint32_t sites_intern(uint64_t key, uint32_t epoch, uint32_t node, uint32_t size_class)
{
    uint32_t id = (uint32_t)index_get(&root.sites.sites, key);
    if (id == 0)
        id = site_create(node, size_class);
    else if (!site_holds(id, node))
        id = site_of_turn(key, epoch, node, size_class);
    if (id && index_put(&root.sites.sites, key, value_of(id, epoch)))
        return id;
    segment_lost(STATE_LOST_SITE);
    return SITE_OTHER;
}

bool sites_init(void)
{
    struct sites *s = &root.sites;
    s->truncated = node_create(0, STATE_MODULE_PSEUDO, STATE_PC_TRUNCATED);
    s->unknown = node_create(0, STATE_MODULE_PSEUDO, STATE_PC_UNKNOWN);
    uint32_t other = node_create(0, STATE_MODULE_PSEUDO, STATE_PC_OTHER);
    return s->truncated && s->unknown && other &&
           sites_intern(PATH_OTHER, 0, other, 0) == SITE_OTHER;
}
