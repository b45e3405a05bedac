/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions and the jumps between them are a graph, read from the debug information in rounds:
 * first the functions that calls lead to, then those that these jump to, and so on.  A chain
 * counts only if there is no other way: no function on the way whose jumps are not all known,
 * no fork that leads to the same end, no loop.
 */
#include "collector/symbols/tail_calls.h"
#include "collector/profile/hash.h"
#include "collector/symbols/allocator_names.h"
#include "collector/symbols/dwarf_calls.h"
#include "collector/symbols/unwind_starts.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDS_MAX 16
#define NODES_MAX  65536u

enum node_kind {
    NODE_UNREAD,
    NODE_READ,
    NODE_UNKNOWN, /* its jumps are not all known */
    NODE_OUTSIDE, /* a function that the linker finds */
    NODE_ALLOCATOR,
};

struct node {
    uint64_t entry;
    char *symbol; /* of one outside */
    enum node_kind kind;
    uint32_t edge_first, edge_count;
    uint32_t caller; /* the first call that leads here, + 1 */
};

struct edge {
    uint32_t node;
    uint64_t place;
};

struct tail_search {
    const struct tail_query *query;
    struct node *nodes; /* 0 is not used, 1 stands for all allocators */
    uint32_t node_count, node_capacity;
    struct edge *edges;
    uint32_t edge_count, edge_capacity;
    struct hash_index index; /* of nodes */
    uint32_t *next_caller;   /* by call: the next one that leads to the same node, + 1 */
    bool no_memory;
};

/* --- the graph --- */

/* Room for one more; NULL: no memory. */
static void *reserve(struct tail_search *search, void *items, uint32_t count, uint32_t *capacity,
                     size_t bytes)
{
    if (count < *capacity)
        return items;
    uint32_t larger = count ? count * 2 : 64;
    void *moved = realloc(items, larger * bytes);
    search->no_memory |= !moved;
    *capacity = moved ? larger : *capacity;
    return moved;
}

/* The node of a function, by its entry or by its symbol; 0: no memory, or too many. */
static uint32_t node_of(struct tail_search *search, uint64_t entry, const char *symbol)
{
    if (!hash_reserve(&search->index)) {
        search->no_memory = true;
        return 0;
    }
    uint64_t hash = symbol ? hash_bytes(symbol, strlen(symbol)) : hash_number(entry);
    uint32_t slot = hash_first(&search->index, hash), known;
    for (; (known = search->index.slots[slot].record);
         slot = hash_next(&search->index, slot, hash)) {
        const struct node *other = &search->nodes[known];
        if (symbol ? other->symbol && strcmp(other->symbol, symbol) == 0
                   : !other->symbol && other->entry == entry)
            return known;
    }
    if (search->node_count == NODES_MAX)
        return 0;
    struct node *moved =
        reserve(search, search->nodes, search->node_count, &search->node_capacity, sizeof(*moved));
    if (!moved)
        return 0;
    search->nodes = moved;
    struct node node = {.entry = entry, .kind = symbol ? NODE_OUTSIDE : NODE_UNREAD};
    if (symbol && !(node.symbol = strdup(symbol))) {
        search->no_memory = true;
        return 0;
    }
    search->nodes[search->node_count] = node;
    hash_set(&search->index, slot, hash, search->node_count);
    return search->node_count++;
}

/* False: nobody knows where it leads. */
static bool add_edge(struct tail_search *search, struct node *from, const struct dwarf_call *call)
{
    bool is_stub;
    uint64_t target = branches_jumped(search->query->branches, call->start, call->end, &is_stub);
    if (!call->is_direct || target == 0 || (is_stub && !call->symbol))
        return false;
    if (is_stub && allocator_releases(call->symbol))
        return true;
    bool is_allocator = is_stub && allocator_takes(call->symbol);
    uint32_t own = (uint32_t)(from - search->nodes); /* nodes may move */
    uint32_t node = is_allocator ? 1 : node_of(search, target, is_stub ? call->symbol : NULL);
    struct edge *moved =
        reserve(search, search->edges, search->edge_count, &search->edge_capacity, sizeof(*moved));
    if (node == 0 || !moved)
        return false;
    search->edges = moved;
    search->edges[search->edge_count++] =
        (struct edge){node, call->start ? call->start : call->end - 1};
    search->nodes[own].edge_count++;
    return true;
}

static void read_function(struct tail_search *search, uint32_t index,
                          const struct dwarf_calls *calls, uint32_t number)
{
    const struct dwarf_function *function = number != UINT32_MAX ? &calls->functions[number] : NULL;
    bool is_known =
        function && function->is_complete && function->entry == search->nodes[index].entry;
    search->nodes[index].edge_first = search->edge_count;
    for (uint32_t i = 0; is_known && i < function->call_count; i++) {
        const struct dwarf_call *call = &calls->calls[function->call_first + i];
        if (call->is_tail)
            is_known = add_edge(search, &search->nodes[index], call);
    }
    search->nodes[index].kind = is_known ? NODE_READ : NODE_UNKNOWN;
}

/* The calls in the functions around some addresses.  The caller deinits *calls. */
static bool read_calls(struct tail_search *search, const uint64_t *addresses, uint32_t count,
                       struct dwarf_calls *calls)
{
    const struct tail_query *query = search->query;
    struct dwarf_sink sink = {.context = query->context, .go_on = query->go_on};
    uint64_t *starts = calloc((size_t)count + 1, sizeof(*starts));
    *calls = (struct dwarf_calls){0};
    if (starts) {
        unwind_starts_find(query->module, addresses, count, starts);
        search->no_memory |=
            !dwarf_calls_find(calls, query->debug, query->source, addresses, starts, count, &sink);
    }
    free(starts);
    search->no_memory |= !starts;
    return !search->no_memory;
}

/* The calls that the debug information, too, says are direct ones. */
static void read_callers(struct tail_search *search)
{
    const struct tail_query *query = search->query;
    struct dwarf_calls calls;
    bool has_memory = read_calls(search, query->addresses, query->count, &calls);
    for (uint32_t i = 0; has_memory && i < query->count; i++) {
        uint32_t number = calls.function_of[i];
        const struct dwarf_function *function =
            number != UINT32_MAX ? &calls.functions[number] : NULL;
        for (uint32_t k = 0; function && k < function->call_count; k++) {
            const struct dwarf_call *call = &calls.calls[function->call_first + k];
            if (call->is_tail || !call->is_direct || call->end != query->addresses[i] + 1)
                continue;
            uint32_t node = node_of(search, query->targets[i], NULL);
            if (node != 0) {
                search->next_caller[i] = search->nodes[node].caller;
                search->nodes[node].caller = i + 1;
            }
            break;
        }
    }
    dwarf_calls_deinit(&calls);
}

struct unread {
    uint64_t entry;
    uint32_t node;
};

static int by_entry(const void *left, const void *right)
{
    uint64_t a = ((const struct unread *)left)->entry, b = ((const struct unread *)right)->entry;
    return a < b ? -1 : a > b;
}

/* Reads the functions that were met since; false: there was none, or no memory. */
static bool read_round(struct tail_search *search)
{
    uint32_t count = 0;
    struct unread *unread = malloc(search->node_count * sizeof(*unread));
    uint64_t *addresses = malloc(search->node_count * sizeof(*addresses));
    search->no_memory |= !unread || !addresses;
    for (uint32_t i = 1; !search->no_memory && i < search->node_count; i++)
        if (search->nodes[i].kind == NODE_UNREAD)
            unread[count++] = (struct unread){search->nodes[i].entry, i};
    if (count > 0) {
        struct dwarf_calls calls;
        qsort(unread, count, sizeof(*unread), by_entry);
        for (uint32_t i = 0; i < count; i++)
            addresses[i] = unread[i].entry;
        if (read_calls(search, addresses, count, &calls))
            for (uint32_t i = 0; i < count; i++)
                read_function(search, unread[i].node, &calls, calls.function_of[i]);
        dwarf_calls_deinit(&calls);
    }
    free(unread);
    free(addresses);
    return count > 0 && !search->no_memory;
}

/* --- chains --- */

/* What one function leads to; it is the first of the members. */
struct closure {
    uint32_t members[TAIL_CALLS_MAX];
    uint32_t count;
    uint32_t outside; /* the only one that is outside; 0: none */
};

static uint32_t position(const struct closure *closure, uint32_t node)
{
    uint32_t i = 0;
    while (i < closure->count && closure->members[i] != node)
        i++;
    return i;
}

/* False: it leads to what nobody knows. */
static bool close_over(const struct tail_search *search, uint32_t root, struct closure *closure)
{
    *closure = (struct closure){.members = {root}, .count = 1};
    for (uint32_t i = 0; i < closure->count; i++) {
        const struct node *node = &search->nodes[closure->members[i]];
        if (node->kind == NODE_UNKNOWN || node->kind == NODE_UNREAD)
            return false;
        if (node->kind == NODE_OUTSIDE && closure->outside != 0)
            return false;
        if (node->kind == NODE_OUTSIDE)
            closure->outside = closure->members[i];
        for (uint32_t k = 0; k < node->edge_count; k++) {
            uint32_t next = search->edges[node->edge_first + k].node;
            if (position(closure, next) < closure->count)
                continue;
            if (closure->count == TAIL_CALLS_MAX)
                return false;
            closure->members[closure->count++] = next;
        }
    }
    return true;
}

/* Marks the members that lead to the one at `end`, itself not. */
static void mark_ways(const struct tail_search *search, const struct closure *closure, uint32_t end,
                      bool leads[static TAIL_CALLS_MAX])
{
    memset(leads, 0, TAIL_CALLS_MAX);
    for (bool is_changed = true; is_changed;) {
        is_changed = false;
        for (uint32_t i = 0; i < closure->count; i++) {
            const struct node *node = &search->nodes[closure->members[i]];
            for (uint32_t k = 0; k < node->edge_count && !leads[i]; k++) {
                uint32_t next = position(closure, search->edges[node->edge_first + k].node);
                leads[i] = next == end || leads[next];
                is_changed |= leads[i];
            }
        }
    }
}

/* The only member that leads on to the end; closure->count: there are several.  *step is how. */
static uint32_t only_way(const struct tail_search *search, const struct closure *closure,
                         uint32_t from, uint32_t end, const bool leads[static TAIL_CALLS_MAX],
                         struct tail_step *step)
{
    const struct node *node = &search->nodes[closure->members[from]];
    uint32_t way = closure->count;
    for (uint32_t k = 0; k < node->edge_count; k++) {
        const struct edge *edge = &search->edges[node->edge_first + k];
        uint32_t next = position(closure, edge->node);
        if (next != end && !leads[next])
            continue;
        if (way != closure->count && way != next)
            return closure->count;
        *step = way == closure->count ? (struct tail_step){edge->place, true}
                                      : (struct tail_step){node->entry, false};
        way = next;
    }
    return way;
}

/* How many functions are on the one way to an end; 0: there is none, or are several. */
static uint32_t find_chain(const struct tail_search *search, const struct closure *closure,
                           uint32_t end, struct tail_step steps[static TAIL_CALLS_MAX])
{
    bool leads[TAIL_CALLS_MAX];
    uint32_t count = 0, at = 0;
    mark_ways(search, closure, end, leads);
    if (leads[end] || !leads[0])
        return 0;
    while (at != end && count < TAIL_CALLS_MAX) {
        uint32_t next = only_way(search, closure, at, end, leads, &steps[count++]);
        if (next == closure->count)
            return 0;
        at = next;
    }
    return at == end ? count : 0;
}

static void tell_chains(const struct tail_search *search, uint32_t root)
{
    const struct tail_query *query = search->query;
    struct closure closure;
    struct tail_step steps[TAIL_CALLS_MAX];
    if (!close_over(search, root, &closure))
        return;
    for (uint32_t end = 1; end < closure.count; end++) {
        const struct node *node = &search->nodes[closure.members[end]];
        if (closure.outside != 0 && closure.outside != closure.members[end])
            continue;
        struct tail_end told = {node->kind == NODE_READ ? node->entry : 0, node->symbol};
        uint32_t count = find_chain(search, &closure, end, steps);
        for (uint32_t i = search->nodes[root].caller; count > 0 && i != 0;
             i = search->next_caller[i - 1])
            query->chain(query->chain_context, i - 1, &told, steps, count);
    }
}

static void search_deinit(struct tail_search *search)
{
    for (uint32_t i = 0; i < search->node_count; i++)
        free(search->nodes[i].symbol);
    free(search->nodes);
    free(search->edges);
    free(search->next_caller);
    hash_deinit(&search->index);
}

bool tail_calls_find(const struct tail_query *query)
{
    struct tail_search search = {
        .query = query,
        .nodes = calloc(64, sizeof(*search.nodes)),
        .node_count = 2,
        .node_capacity = 64,
        .next_caller = calloc((size_t)query->count + 1, sizeof(*search.next_caller)),
    };
    search.no_memory = !search.nodes || !search.next_caller;
    if (!search.no_memory) {
        search.nodes[1].kind = NODE_ALLOCATOR;
        read_callers(&search);
    }
    for (unsigned round = 0; round < ROUNDS_MAX && !search.no_memory && read_round(&search);
         round++)
        ;
    for (uint32_t i = 2; !search.no_memory && i < search.node_count; i++)
        if (search.nodes[i].caller != 0 && query->go_on(query->context))
            tell_chains(&search, i);
    bool has_memory = !search.no_memory;
    if (search.nodes)
        search_deinit(&search);
    else
        free(search.next_caller);
    return has_memory;
}
