/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/advise/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/base/path.h"
#include "tools/advise/cost.h"
#include "tools/advise/words.h"
#include "tools/measure.h"
#include "tools/nameless.h"

#define NAMELESS_MOST 4 /* modules without names that are spoken of */

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

double advise_saved_percent(const struct advice_list *list, const struct advise_sites *sites)
{
    double saved = percent(list->saves_allocations, sites->allocated);
    return saved > 100 ? 100 : saved;
}

/* Where so few of the allocations were followed, all of them can be in a moment. */
#define FOLLOWED_FEW 16384

static bool is_short(const struct advise_view *view)
{
    return view->sites->lifetimes->windows > 1 && view->sites->followed < FOLLOWED_FEW &&
           view->sites->followed < view->sites->allocated;
}

static void print_head(const struct advise_view *view)
{
    const struct lifetimes *lifetimes = view->sites->lifetimes;
    const struct advice_list *list = view->list;
    char bytes[MEASURE_TEXT], count[MEASURE_TEXT];
    printf("%s: %s of %s\n", view->name, measure_count(count, view->sites->allocated, "allocation"),
           measure_bytes(bytes, view->sites->allocated_bytes));
    if (list->changes)
        printf("%" PRIu32 " change%s would save %.0f %% of the allocations.\n", list->changes,
               list->changes == 1 ? "" : "s", advise_saved_percent(list, view->sites));
    else
        puts("No change would save much of them.");
    if (lifetimes->windows > 1)
        printf("One of %" PRIu64
               " windows of events was followed; counts of blocks are complete.\n",
               lifetimes->windows);
    if (is_short(view))
        printf("Only %" PRIu64 " allocations were followed: run it again with MEMPROF_LIFETIMES=1, "
               "which follows all.\n",
               view->sites->followed);
    if (lifetimes->interval_bytes > 1)
        puts(
            "Only samples were recorded: arena and pool need to know how many blocks are alive at\n"
            "once, and stack how often a function is called; 'memprof run --advise' records every\n"
            "allocation (--interval=1).");
    puts("What a run shows is no proof: a pointer that is kept somewhere is not seen.");
}

static void print_sizes(const struct advise_site *site)
{
    char p50[MEASURE_TEXT], p99[MEASURE_TEXT], most[MEASURE_TEXT];
    if (site->size_p50 == site->size_max)
        printf("%s", measure_bytes(most, site->size_max));
    else
        printf("%s (half of them at most), %s (99 %%), %s (largest)",
               measure_bytes(p50, site->size_p50), measure_bytes(p99, site->size_p99),
               measure_bytes(most, site->size_max));
}

static void print_objects(const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    printf("   blocks   %" PRIu64 " of ", site->life.allocated);
    print_sizes(site);
    if (site->life.live_max)
        printf("; at most %" PRIu64 " at once", site->life.live_max);
    if (advice->per_activation > 0 && words_is_one_call(advice))
        fputs("; all in one call of the owner", stdout);
    else if (advice->per_activation > 0)
        printf("; %.1f for each call of the owner", advice->per_activation);
    putchar('\n');
}

/* The reasons for the other kinds name it. */
static void print_owner(const struct advice *advice)
{
    bool is_named = advice->kind == ADVICE_STACK || advice->kind == ADVICE_ARENA;
    if (!advice->site->owner.function || is_named)
        return;
    fputs("   owner    ", stdout);
    words_place(stdout, &advice->site->owner);
    putchar('\n');
}

static void print_freed(const struct advise_site *site)
{
    for (unsigned i = 0; i < ADVISE_FREED_MOST && site->freed[i].count; i++) {
        fputs(i ? "            " : "   freed at ", stdout);
        words_place(stdout, &site->freed[i].place);
        putchar('\n');
    }
}

static void print_saving(const struct advice *advice)
{
    char bytes[MEASURE_TEXT];
    if (!advice->saves_allocations)
        return;
    printf("   saves    %" PRIu64 " allocations", advice->saves_allocations);
    if (advice->saves_bytes)
        printf(", %s", measure_bytes(bytes, advice->saves_bytes));
    if (advice->copied_bytes)
        printf(", %s copied", measure_bytes(bytes, advice->copied_bytes));
    putchar('\n');
}

/* An estimate: the pair that is measured here is the cheapest, and the run was slower than one that
 * is not recorded. */
static void print_rate(const struct advise_view *view, const struct advise_site *site)
{
    double run_s = (double)view->sites->lifetimes->run_ns / 1e9;
    double ms = (double)site->life.allocated * cost_of_pair_ns() / 1e6;
    if (run_s > 0)
        printf(
            "   rate     %.0f a second as recorded; about %.*f ms in malloc and free (an estimate: "
            "%.0f ns a pair here)\n",
            (double)site->life.allocated / run_s, ms < 10 ? 1 : 0, ms, cost_of_pair_ns());
}

static void print_slack(const struct advise_site *site)
{
    char bytes[MEASURE_TEXT];
    if (percent(site->life.slack_bytes, site->life.allocated_bytes) >= 10)
        printf("   slack    %s more were given than asked for (%.0f %%)\n",
               measure_bytes(bytes, site->life.slack_bytes),
               percent(site->life.slack_bytes, site->life.allocated_bytes));
    if (site->small * 2 >= site->life.allocated && site->small)
        printf("   small    %" PRIu64
               " of at most %d bytes, of which each takes 32: %.0f %% are the "
               "allocator's\n",
               site->small, ADVISE_SMALL,
               100 - percent(site->life.allocated_bytes /
                                 (site->life.allocated ? site->life.allocated : 1),
                             32));
}

static void print_evidence(const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    printf("   seen     %" PRIu64 " followed", site->life.followed);
    if (site->owner.function)
        printf(", %" PRIu64 " of %" PRIu64 " ended inside", site->inside, site->ended);
    if (site->owner.function && site->life.doubted)
        printf(", %" PRIu64 " perhaps in a later call", site->life.doubted);
    printf(", %" PRIu64 " crossed", site->life.crossed);
    if (site->life.unfollowed)
        printf(", %" PRIu64 " ended on stacks that could not be followed", site->life.unfollowed);
    if (site->life.censored)
        printf(", %" PRIu64 " not followed to their end", site->life.censored);
    if (site->stacks > 1)
        printf("; %" PRIu32 " stacks", site->stacks);
    putchar('\n');
}

static void print_advice(const struct advise_view *view, uint32_t number,
                         const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    printf("\n%" PRIu32 ". %s, %.1f %% of the allocations, confidence %s\n", number,
           advice_kind_names[advice->kind], percent(site->life.allocated, view->sites->allocated),
           advice_confidence_names[advice->confidence]);
    fputs("   at       ", stdout);
    words_place(stdout, &site->place);
    if (advice->disguise)
        printf(", by way of %s", advice->disguise->name);
    fputs("\n   write    ", stdout);
    words_remedy(stdout, advice);
    fputs("\n   because  ", stdout);
    words_reason(stdout, advice);
    putchar('\n');
    print_owner(advice);
    print_objects(advice);
    print_freed(site);
    print_saving(advice);
    print_rate(view, site);
    print_slack(site);
    print_evidence(advice);
}

/* The module of a place, if it is not named and does not stand in the list yet. */
static void add_nameless(const char **modules, uint32_t *count, const struct advise_place *place)
{
    if (!place->function || advise_is_named(place) || !*place->module || *count == NAMELESS_MOST)
        return;
    for (uint32_t i = 0; i < *count; i++)
        if (strcmp(modules[i], place->module) == 0)
            return;
    modules[(*count)++] = place->module;
}

static void print_nameless(const struct advise_view *view)
{
    const char *modules[NAMELESS_MOST];
    uint32_t count = 0;
    for (uint32_t i = 0; i < view->count; i++) {
        const struct advise_site *site = view->list->items[view->shown[i]].site;
        add_nameless(modules, &count, &site->place);
        add_nameless(modules, &count, &site->owner);
    }
    for (uint32_t i = 0; i < count; i++) {
        printf(i ? "%s has functions without names; " : "\n%s has functions without names; ",
               path_base(modules[i]));
        nameless_print_remedy(stdout, modules[i]);
    }
}

void advise_print_text(const struct advise_view *view)
{
    print_head(view);
    for (uint32_t i = 0; i < view->count; i++)
        print_advice(view, i + 1, &view->list->items[view->shown[i]]);
    if (view->matching > view->count)
        printf("\n%" PRIu32 " more; -n shows them.\n", view->matching - view->count);
    if (view->small)
        printf("\n%" PRIu32 " more about less than half a percent of the allocations each; --site "
               "and --json show them.\n",
               view->small);
    print_nameless(view);
}
