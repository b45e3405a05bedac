/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/order.h"

#include <stdlib.h>
#include <string.h>

/* What comparisons look at. */
struct comparing {
    const struct report_tree *tree;
    const struct report_order *order;
};

static int compare_numbers(uint32_t left, uint32_t right)
{
    return (left > right) - (left < right);
}

static int compare_strings(const void *left, const void *right, void *context)
{
    const struct comparing *at = context;
    const uint32_t *a = left, *b = right;
    return strcmp(profile_string(at->tree->names, *a), profile_string(at->tree->names, *b));
}

static int compare_functions(const void *left, const void *right, void *context)
{
    const struct comparing *at = context;
    const struct pair *a = &at->tree->functions.items[*(const uint32_t *)left];
    const struct pair *b = &at->tree->functions.items[*(const uint32_t *)right];
    const uint32_t *rank = at->order->strings.rank;
    int by_name = compare_numbers(rank[a->first], rank[b->first]);
    return by_name ? by_name : compare_numbers(rank[a->second], rank[b->second]);
}

static int compare_frames(const void *left, const void *right, void *context)
{
    const struct comparing *at = context;
    const struct pair *a = &at->tree->frames.items[*(const uint32_t *)left];
    const struct pair *b = &at->tree->frames.items[*(const uint32_t *)right];
    int by_function =
        compare_numbers(at->order->functions.rank[a->first], at->order->functions.rank[b->first]);
    if (by_function)
        return by_function;
    const struct pair *place = &at->tree->places.items[a->second];
    const struct pair *other = &at->tree->places.items[b->second];
    const uint32_t *rank = at->order->strings.rank;
    int by_file = compare_numbers(rank[place->first], rank[other->first]);
    return by_file ? by_file : compare_numbers(place->second, other->second);
}

/* Sorts the indexes from `first` on; those before it stay where they are. */
static bool rank_all(struct ranking *ranking, uint32_t first, uint32_t count,
                     int (*compare)(const void *, const void *, void *), struct comparing *context)
{
    ranking->count = count > first ? count : first;
    ranking->sorted = calloc((size_t)ranking->count + 1, sizeof *ranking->sorted);
    ranking->rank = calloc((size_t)ranking->count + 1, sizeof *ranking->rank);
    if (!ranking->sorted || !ranking->rank)
        return false;
    for (uint32_t i = 0; i < ranking->count; i++)
        ranking->sorted[i] = i;
    qsort_r(ranking->sorted + first, ranking->count - first, sizeof *ranking->sorted, compare,
            context);
    for (uint32_t i = 0; i < ranking->count; i++)
        ranking->rank[ranking->sorted[i]] = i;
    return true;
}

bool report_order_init(struct report_order *order, const struct report_tree *tree)
{
    struct comparing context = {tree, order};
    *order = (struct report_order){.strings = {.count = 0}};
    return rank_all(&order->strings, 0, tree->names->strings.count, compare_strings, &context) &&
           rank_all(&order->functions, 1, tree->functions.count, compare_functions, &context) &&
           rank_all(&order->frames, 1, tree->frames.count, compare_frames, &context);
}

static void ranking_deinit(struct ranking *ranking)
{
    free(ranking->sorted);
    free(ranking->rank);
}

void report_order_deinit(struct report_order *order)
{
    ranking_deinit(&order->strings);
    ranking_deinit(&order->functions);
    ranking_deinit(&order->frames);
}
