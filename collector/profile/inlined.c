/* SPDX-License-Identifier: Apache-2.0
 *
 * The paths of both sides are one tree.  A node that one side alone has, below one that both have,
 * is folded into it when enough of its weight is met there by what the other side has more: its
 * own weight by its caller's, that of a child by a child of the caller with the same name.  Then
 * its children are its caller's, and may be folded next.
 */
#include "collector/profile/inlined.h"

#include "collector/profile/shifts.h"

#include <math.h>
#include <stdlib.h>

#define MEETS     0.75 /* share of a frame's weight that must meet its like */
#define LOOKAHEAD 8    /* frames that may be folded one after the other before any meets its like */
#define VISITS    64   /* nodes that are looked at for one that the other side folds */
#define STEPS     UINT64_C(20000000) /* look-ups in all: two strange programs are not worth more */

/* --- what meets its like --- */

/* The one side that has a node; -1: both have it, or none. */
static int only_side(const struct call_node *node)
{
    if ((node->all[0] > 0) == (node->all[1] > 0))
        return -1;
    return node->all[1] > 0;
}

/* Whether the other side has a child of that function below `index`, or further below frames that
 * it alone has, that has about as much more there: less than twice and more than half. */
static bool has_like(struct call_tree *at, uint32_t index, const struct call_node *of, int side,
                     int *visits)
{
    uint32_t like = call_tree_child(at, index, of->function);
    const struct call_node *node = &at->nodes.items[like];
    double surplus = like ? node->all[!side] - node->all[side] : 0;
    if (surplus > 0 && surplus <= 2 * of->all[side] && of->all[side] <= 2 * surplus)
        return true;
    for (uint32_t child = at->nodes.items[index].child; child && *visits > 0 && at->steps > 0;
         child = at->nodes.items[child].next) {
        --*visits;
        at->steps--;
        if (at->nodes.items[child].target == child && only_side(&at->nodes.items[child]) == !side &&
            has_like(at, child, of, side, visits))
            return true;
    }
    return false;
}

/* How much of the weight of a node of one side alone is met below `caller`; *surplus is what the
 * other side has more at the caller itself. */
static double met(struct call_tree *at, uint32_t index, uint32_t caller, int side, double *surplus,
                  int depth)
{
    const struct call_node *node = &at->nodes.items[index];
    double weight = fmin(node->own[side], fmax(*surplus, 0));
    *surplus -= weight;
    for (uint32_t child = node->child; child; child = at->nodes.items[child].next) {
        const struct call_node *below = &at->nodes.items[child];
        int visits = VISITS;
        if (below->target != child || at->steps == 0)
            continue;
        at->steps--;
        if (has_like(at, caller, below, side, &visits))
            weight += below->all[side];
        else if (depth < LOOKAHEAD)
            weight += met(at, child, caller, side, surplus, depth + 1);
    }
    return weight;
}

static bool may_be_folded(struct call_tree *at, uint32_t index)
{
    const struct call_node *node = &at->nodes.items[index];
    int side = only_side(node);
    if (side < 0 || node->parent == 0)
        return false;
    /* Among samples a frame may be missing by chance, but not a function from all of them. */
    if (!at->is_exact && at->sides_of_function[node->function] == 3)
        return false;
    const struct call_node *caller = &at->nodes.items[node->parent];
    double surplus = caller->own[!side] - caller->own[side];
    return met(at, index, node->parent, side, &surplus, 0) >= MEETS * node->all[side];
}

/* --- folding --- */

/* The children of `from` become those of `to`; like ones are merged. */
static void move_children(struct call_tree *at, uint32_t from, uint32_t to)
{
    for (uint32_t child = at->nodes.items[from].child, next; child && at->has_memory;
         child = next) {
        struct call_node *node = &at->nodes.items[child];
        next = node->next;
        if (node->target != child)
            continue;
        uint32_t like = call_tree_child(at, to, node->function);
        if (!like) {
            at->has_memory = call_tree_attach(at, child, to);
            continue;
        }
        for (int side = 0; side < 2; side++) {
            at->nodes.items[like].own[side] += node->own[side];
            at->nodes.items[like].all[side] += node->all[side];
        }
        change_add(&at->nodes.items[like].change, &node->change);
        node->target = like;
        move_children(at, child, like);
    }
    at->nodes.items[from].child = 0;
}

static void fold(struct call_tree *at, uint32_t index)
{
    struct call_node *node = &at->nodes.items[index];
    struct call_node *caller = &at->nodes.items[node->parent];
    for (int side = 0; side < 2; side++)
        caller->own[side] += node->own[side];
    change_add(&caller->change, &node->change);
    node->target = node->parent;
    node->is_folded = true;
    move_children(at, index, node->parent);
}

/* Folds below a node until nothing changes: what moves up may meet its like there. */
static void fold_below(struct call_tree *at, uint32_t index)
{
    for (bool again = true; again && at->has_memory;) {
        again = false;
        for (uint32_t child = at->nodes.items[index].child, next; child; child = next) {
            next = at->nodes.items[child].next; /* what is moved comes in front */
            if (at->nodes.items[child].target == child && may_be_folded(at, child)) {
                fold(at, child);
                again = true;
            }
        }
    }
}

/* From the outermost inwards.  *order: the nodes that stand, each before those below it. */
static bool fold_all(struct call_tree *at, uint32_t *order, uint32_t *count)
{
    uint32_t *stack = malloc(((size_t)at->nodes.count + 1) * sizeof(*stack)), depth = 0;
    at->has_memory &= stack != NULL;
    *count = 0;
    if (stack)
        stack[depth++] = 0;
    while (depth > 0 && at->has_memory) {
        uint32_t index = stack[--depth];
        order[(*count)++] = index;
        fold_below(at, index);
        for (uint32_t child = at->nodes.items[index].child; child;
             child = at->nodes.items[child].next)
            if (at->nodes.items[child].target == child)
                stack[depth++] = child;
    }
    free(stack);
    return at->has_memory;
}

/* --- what sites there are of it --- */

/* `was_folded`: by node. */
static void read_site(const struct call_tree *at, uint32_t place, const uint8_t *was_folded,
                      struct inlined_site *site)
{
    uint32_t stands = call_tree_standing(at, place);
    site->place = stands;
    site->shift = at->nodes.items[stands].shift;
    site->is_met = was_folded[stands];
    for (uint32_t i = place; i && site->is_met; i = at->nodes.items[i].first_parent)
        if (at->nodes.items[i].is_folded) {
            site->function = at->nodes.items[i].function;
            site->folded++;
        }
}

static struct inlined_site *read_sites(const struct call_tree *at, const uint32_t *places)
{
    uint32_t sites = at->table->site_paths.count;
    struct inlined_site *read = calloc((size_t)sites + 1, sizeof(*read));
    uint8_t *was_folded = calloc((size_t)at->nodes.count + 1, 1); /* something became this one */
    for (uint32_t i = 1; read && was_folded && i < sites; i++)
        if (call_tree_standing(at, places[i]) != places[i])
            was_folded[call_tree_standing(at, places[i])] = 1;
    for (uint32_t i = 1; read && was_folded && i < sites; i++)
        read_site(at, places[i], was_folded, &read[i]);
    if (!was_folded) {
        free(read);
        read = NULL;
    }
    free(was_folded);
    return read;
}

struct inlined_site *inlined_find(const struct site_table *table,
                                  const struct call_tree_options *options)
{
    struct call_tree at = {
        .table = table, .options = options, .steps = STEPS, .is_exact = true, .has_memory = true};
    struct inlined_site *read = NULL;
    uint32_t *places = NULL;
    for (uint32_t i = 0; i < table->runs.count; i++)
        at.is_exact &= table->runs.items[i].interval <= 1;
    if (call_tree_build(&at, &places)) {
        uint32_t *order = malloc(((size_t)at.nodes.count + 1) * sizeof(*order)), count;
        if (order && fold_all(&at, order, &count) &&
            (!at.is_exact || shifts_find(&at, order, count)))
            read = read_sites(&at, places);
        free(order);
    }
    free(places);
    call_tree_deinit(&at);
    return read;
}
