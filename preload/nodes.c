/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/nodes.h"
#include "preload/arena.h"
#include "preload/index.h"
#include "preload/process/modules.h"
#include "preload/process/process_wide.h"
#include "preload/process/state_map.h"

#define NODE_BITS 30 /* of a node's number: the largest state has 16 GiB */

struct PROCESS_WIDE_TYPE nodes {
    struct index index; /* by stack_hash */
    /* For each chunk of the state that has nodes: the unload_epoch in which each of them was
     * last seen to hold.  NULL: 0, as long as no library is closed. */
    _Atomic(_Atomic uint32_t *) epochs[STATE_CHUNKS_MAX];
    uint32_t truncated; /* node [truncated]: the root of stacks that were cut */
    uint32_t unknown;   /* node [unknown]: a stack without any frame */
};
static PROCESS_WIDE(struct nodes, nodes);

static struct state_node *node_at(uint32_t id)
{
    return (struct state_node *)((char *)state_map.header + (uint64_t)id * STATE_NODE_UNIT);
}

static uint32_t node_create(uint32_t parent, uint32_t module, uintptr_t pc)
{
    uint64_t offset = state_map_append(STATE_TABLE_NODES, sizeof(struct state_node));
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

/* Where hashes begin. */
#define HASH_COMPLETE UINT64_C(0xa0761d6478bd642f)
#define HASH_CUT      UINT64_C(0xe7037ed1a0b428db)
#define HASH_UNKNOWN  UINT64_C(0x8ebc6af09c88c6e3)

/* Where the unload_epoch of a node is kept; NULL: nowhere.  `make`: unless there is no memory. */
static _Atomic uint32_t *epoch_at(uint32_t id, bool make)
{
    const struct state_header *h = state_map.header;
    uint64_t offset = (uint64_t)id * STATE_NODE_UNIT - h->chunks_offset;
    _Atomic(_Atomic uint32_t *) *chunk = &nodes.epochs[offset / h->chunk_bytes];
    _Atomic uint32_t *epochs = atomic_load_explicit(chunk, memory_order_acquire);
    if (!epochs && make) {
        _Atomic uint32_t *made = arena_alloc(h->chunk_bytes / STATE_NODE_UNIT * sizeof *made, 64);
        if (!made || atomic_compare_exchange_strong_explicit(
                         chunk, &epochs, made, memory_order_acq_rel, memory_order_acquire))
            epochs = made;
    }
    return epochs ? &epochs[offset % h->chunk_bytes / STATE_NODE_UNIT] : NULL;
}

bool nodes_current(uint32_t id, uint32_t unload_epoch)
{
    if (__builtin_expect(unload_epoch == 0, 1))
        return true;
    const _Atomic uint32_t *epoch = epoch_at(id, false);
    return epoch && atomic_load_explicit(epoch, memory_order_relaxed) == unload_epoch;
}

/* It was.  Without memory for that it is looked at again the next time. */
static void node_is_seen(uint32_t id, uint32_t unload_epoch)
{
    _Atomic uint32_t *epoch = unload_epoch ? epoch_at(id, true) : NULL;
    if (epoch)
        atomic_store_explicit(epoch, unload_epoch, memory_order_relaxed);
}

static bool node_holds(uint32_t id, uint32_t parent, uintptr_t pc)
{
    if (id == 0)
        return false;
    const struct state_node *node = node_at(id);
    return node->parent == parent && atomic_load_explicit(&node->pc, memory_order_relaxed) == pc &&
           modules_current(node->module, pc);
}

/* When libraries take turns at one address, one stack_hash has a node for each of them.  These
 * nodes are indexed by a key that includes the module, too. */
static uint32_t node_for_module(uint64_t stack_hash, uint32_t parent, uintptr_t pc)
{
    uint32_t module = modules_find(pc);
    uint64_t turn = stack_hash_extend(stack_hash, (uint64_t)parent << 32 | module);
    uint32_t id = index_get(&nodes.index, NODE_BITS, turn);
    if (node_holds(id, parent, pc))
        return id;
    id = node_create(parent, module, pc);
    return id && index_put(&nodes.index, NODE_BITS, turn, id) ? id : 0;
}

/* The node of a stack_hash that is new (`known` 0), or was not looked at since a library
 * was closed. */
static uint32_t node_intern(uint64_t stack_hash, uint32_t unload_epoch, uint32_t known,
                            uint32_t parent, uintptr_t pc)
{
    uint32_t id = known;
    if (parent && modules_own(pc))
        id = parent; /* a signal handler interrupted us: our own frames are left out */
    else if (id == 0)
        id = node_create(parent, modules_find(pc), pc);
    else if (!node_holds(id, parent, pc))
        id = node_for_module(stack_hash, parent, pc);
    if (id == 0 || !index_put(&nodes.index, NODE_BITS, stack_hash, id))
        return 0;
    node_is_seen(id, unload_epoch);
    return id;
}

/* Frame n of a stack, counted from the innermost. */
struct step {
    uint64_t stack_hash;
    uintptr_t pc;
};
static inline struct step step_at(const struct stack *stack, uint32_t n)
{
    if (n < stack->count)
        return (struct step){stack->frames[n].stack_hash, stack->frames[n].pc};
    const struct known_frame *frame = &stack->last_walk[stack->join + stack->count - 1 - n];
    return (struct step){frame->stack_hash, frame->pc};
}

/* The index keeps a part of each hash: is this the node of that frame?  Our own frames are
 * known by the node outside them. */
static bool node_is_of(uint32_t id, struct step step)
{
    return atomic_load_explicit(&node_at(id)->pc, memory_order_relaxed) == step.pc ||
           modules_own(step.pc);
}

/* What the index has for a frame; 0: nothing.  *current: it holds. */
static inline uint32_t node_known(struct step step, uint32_t unload_epoch, bool *current)
{
    uint32_t id = index_get(&nodes.index, NODE_BITS, step.stack_hash);
    if (id && !node_is_of(id, step))
        id = 0;
    *current = id && nodes_current(id, unload_epoch);
    return id;
}

/* Finds the innermost frame whose node is current: `all` frames when there is none.  Where a
 * frame's is, so are those of the frames outside it, so that not each has to be looked at: the
 * search begins at the join, from where on most of a walk is new. */
static uint32_t innermost_known(const struct stack *stack, uint32_t all, uint32_t *node)
{
    uint32_t low = 0,
             high = all; /* frames before `low` are not known, and those from `high` on are */
    uint32_t n = stack->count, step = 1;
    if (n > 0 && n == all)
        n--;
    *node = 0;
    while (low < high) {
        bool current;
        uint32_t id = node_known(step_at(stack, n), stack->unload_epoch, &current);
        if (current) {
            *node = id;
            high = n;
        } else {
            low = n + 1;
        }
        /* Ever further from the join while all answers are the same, then halves. */
        if (high == n && low == 0)
            n = high > step ? high - step : 0;
        else if (low == n + 1 && high == all)
            n = low + step - 1 < all ? low + step - 1 : all - 1;
        else
            n = low + (high - low) / 2;
        step *= 2;
    }
    return high;
}

/* Makes the nodes of the frames that have none. */
static uint32_t intern_frames(const struct stack *stack)
{
    uint32_t all = stack->count + stack->join, node;
    uint32_t n = innermost_known(stack, all, &node);
    if (n == all)
        node = stack->complete ? 0 : nodes.truncated;
    bool stale = stack->unload_epoch != 0; /* there may be nodes that were not seen since */
    while (n-- > 0) {
        struct step step = step_at(stack, n);
        uint32_t known = stale ? index_get(&nodes.index, NODE_BITS, step.stack_hash) : 0;
        stale = known != 0;
        node = node_intern(step.stack_hash, stack->unload_epoch, known, node, step.pc);
        if (node == 0)
            break;
    }
    return node;
}

static inline __attribute__((always_inline)) uint64_t hash_walk(struct stack *stack, bool recalled)
{
    stack->deep = stack->reusable && (stack->open || stack->join + stack->count > stack->depth);
    if (stack->deep)
        stack_make_room(stack);
    uint32_t join = stack->join;
    uint64_t stack_hash = stack->complete ? HASH_COMPLETE : HASH_CUT;
    if (join)
        stack_hash = stack->last_walk[join - 1].stack_hash;
    else if (stack->count == 0)
        return HASH_UNKNOWN;
    bool keep = stack->reusable;
    stack->known = join;
    if (stack->hashed > join)
        stack->hashed = join;
    for (struct frame *f = stack->frames + stack->count; f-- > stack->frames;) {
        /* Our own frames, which a signal handler interrupted, have no node: no stack_hash either,
         * or each of our instructions would make its own nodes of what lies inside it. */
        if (stack->reusable || stack_hash == HASH_COMPLETE || !modules_own(f->pc))
            stack_hash = stack_hash_extend(stack_hash, f->pc);
        f->stack_hash = stack_hash;
        if (keep)
            stack_push(stack, f);
    }
    if (!keep) {
        stack->known = 0;
        return stack_hash;
    }
    stack->last_complete = stack->complete;
    stack->last_open = stack->open;
    stack->plain = stack->open ? 0 : stack->depth;
    if (stack->deep) {
        stack->complete = false;
        stack_hash = stack_window_hash(stack);
    }
    if (recalled)
        stack_keep(stack, join, stack_hash);
    return stack_hash;
}

uint64_t nodes_stack_hash(struct stack *stack)
{
    return hash_walk(stack, true);
}

uint64_t nodes_stack_hash_once(struct stack *stack)
{
    return hash_walk(stack, false);
}

uint32_t nodes_known(uint64_t stack_hash, uint32_t unload_epoch)
{
    uint32_t id = index_get(&nodes.index, NODE_BITS, stack_hash);
    return id && nodes_current(id, unload_epoch) ? id : 0;
}

/* The recorded frames of a deep stack, as if the walk had found these and no others: they
 * have hashes of their own, which begin where the stack is cut. */
static void lay_out(struct stack *stack)
{
    const struct known_frame *frame = &stack->last_walk[stack->known - stack->depth];
    uint64_t stack_hash = HASH_CUT;
    for (uint32_t n = stack->depth; n-- > 0; frame++) {
        stack_hash = stack_hash_extend(stack_hash, frame->pc);
        stack->frames[n] = (struct frame){.pc = frame->pc, .stack_hash = stack_hash};
    }
    stack->count = stack->depth;
    stack->join = 0;
}

uint32_t nodes_of(struct stack *stack, uint64_t stack_hash)
{
    bool current;
    if (stack->count + stack->join == 0)
        return nodes.unknown;
    if (!stack->deep)
        return intern_frames(stack);
    struct step innermost = {stack_hash, stack->last_walk[stack->known - 1].pc};
    uint32_t node = node_known(innermost, stack->unload_epoch, &current);
    if (current)
        return node;
    lay_out(stack);
    node = intern_frames(stack);
    return node && index_put(&nodes.index, NODE_BITS, stack_hash, node) ? node : 0;
}

bool nodes_same(uint32_t a, uint32_t b)
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

uint32_t nodes_init(void)
{
    nodes.truncated = node_create(0, STATE_MODULE_PSEUDO, STATE_PC_TRUNCATED);
    nodes.unknown = node_create(0, STATE_MODULE_PSEUDO, STATE_PC_UNKNOWN);
    uint32_t other = node_create(0, STATE_MODULE_PSEUDO, STATE_PC_OTHER);
    return nodes.truncated && nodes.unknown ? other : 0;
}
