/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema is in docs/advice.md.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/advise/cost.h"
#include "tools/advise/text.h"
#include "tools/advise/words.h"
#include "tools/json.h"

#define STACK_MOST 32 /* frames of a stack */

static void put_key_text(const char *key, const char *text)
{
    json_put_text(stdout, key);
    fputs(": ", stdout);
    json_put_text(stdout, text);
}

static void put_place(const struct advise_place *place)
{
    putchar('{');
    put_key_text("function", place->function);
    fputs(", ", stdout);
    put_key_text("file", place->file);
    printf(", \"line\": %" PRId32 ", ", place->line);
    put_key_text("module", place->module);
}

/* What one of the sentences says. */
static void put_words(const char *key, void (*words)(FILE *out, const struct advice *advice),
                      const struct advice *advice)
{
    char *text = words_text(words, advice);
    fputs(", ", stdout);
    put_key_text(key, text ? text : "");
    free(text);
}

static void put_owner(const struct advise_site *site)
{
    fputs(", \"owner\": ", stdout);
    if (!site->owner.function) {
        fputs("null", stdout);
        return;
    }
    put_place(&site->owner);
    printf(", \"level\": %u, \"inlined\": %s}", site->level,
           site->is_owner_inlined ? "true" : "false");
}

static void put_freed(const struct advise_site *site)
{
    fputs(", \"freed_at\": [", stdout);
    for (unsigned i = 0; i < ADVISE_FREED_MOST && site->freed[i].count; i++) {
        fputs(i ? ", " : "", stdout);
        put_place(&site->freed[i].place);
        printf(", \"count\": %" PRIu64 "}", site->freed[i].count);
    }
    putchar(']');
}

/* The most frequent way to the site, from the allocator outwards; frames of inlined calls, too. */
static void put_stack(const struct profile *profile, uint32_t leaf)
{
    unsigned count = 0;
    fputs(", \"stack\": [", stdout);
    for (uint32_t node = leaf; node != 0; node = profile->nodes.items[node].parent)
        for (uint32_t line = 0; line < advise_lines(profile, node) && count < STACK_MOST; line++) {
            struct advise_place place = advise_place_of(profile, node, line);
            fputs(count++ ? ", " : "", stdout);
            put_place(&place);
            putchar('}');
        }
    putchar(']');
}

static void put_growth(const struct advise_site *site)
{
    const struct advise_growth *growth = &site->growth;
    printf(", \"growth\": {\"looks\": %u, \"seconds\": %.3f, \"objects\": %" PRIu64
           ", \"bytes\": %" PRIu64 ", \"objects_per_second\": %.3f, \"bytes_per_second\": %.1f"
           ", \"steady\": %s}",
           site->looks, growth->seconds, growth->objects, growth->bytes, growth->objects_per_s,
           growth->bytes_per_s, growth->is_steady ? "true" : "false");
}

static void put_numbers(const struct advise_view *view, const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    const struct lifetime *life = &site->life;
    double all = (double)(view->sites->allocated ? view->sites->allocated : 1);
    double run_s = (double)view->sites->lifetimes->run_ns / 1e9;
    printf(", \"objects\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"share\": %.6f", life->allocated,
           life->allocated_bytes, (double)life->allocated / all);
    printf(", \"size\": {\"p50\": %" PRIu64 ", \"p99\": %" PRIu64 ", \"max\": %" PRIu64 "}",
           site->size_p50, site->size_p99, site->size_max);
    printf(", \"max_live\": %" PRIu64 ", \"per_activation\": %.3f", life->live_max,
           advice->per_activation);
    printf(", \"steps\": %" PRIu64 ", \"copied_bytes\": %" PRIu64, advice->steps,
           advice->copied_bytes);
    printf(", \"slots\": %" PRIu64 ", \"unit_bytes\": %" PRIu64, advice->slots, advice->bytes);
    printf(", \"saves\": {\"allocations\": %" PRIu64 ", \"bytes\": %" PRIu64 "}",
           advice->saves_allocations, advice->saves_bytes);
    printf(", \"slack_bytes\": %" PRIu64 ", \"small_objects\": %" PRIu64, life->slack_bytes,
           site->small);
    printf(", \"rate\": {\"per_second\": %.1f, \"estimated_ns\": %.0f}",
           run_s > 0 ? (double)life->allocated / run_s : 0,
           (double)life->allocated * cost_of_pair_ns());
    if (advice->kind == ADVICE_LEAK)
        put_growth(site);
    printf(", \"evidence\": {\"followed\": %" PRIu64 ", \"ended\": %" PRIu64
           ", \"inside\": %" PRIu64 ", \"doubted\": %" PRIu64 ", \"crossed\": %" PRIu64
           ", \"unfollowed\": %" PRIu64 ", \"censored\": %" PRIu64 ", \"activations\": %" PRIu64
           ", \"stacks\": %" PRIu32 "}",
           life->followed, site->ended, site->inside, life->doubted, life->crossed,
           life->unfollowed, life->censored, site->activations, site->stacks);
}

static void put_advice(const struct advise_view *view, const struct advice *advice)
{
    putchar('{');
    put_key_text("kind", advice_kind_names[advice->kind]);
    fputs(", ", stdout);
    put_key_text("confidence", advice_confidence_names[advice->confidence]);
    fputs(", \"site\": ", stdout);
    put_place(&advice->site->place);
    putchar('}');
    put_owner(advice->site);
    put_freed(advice->site);
    put_stack(view->sites->lifetimes->profile, advice->site->node);
    fputs(", \"disguise\": ", stdout);
    if (advice->disguise)
        json_put_text(stdout, advice->disguise->name);
    else
        fputs("null", stdout);
    put_words("write", words_remedy, advice);
    put_words("because", words_reason, advice);
    printf(", \"small\": %s", advice->is_small ? "true" : "false");
    put_numbers(view, advice);
    putchar('}');
}

void advise_print_json(const struct advise_view *view)
{
    const struct lifetimes *lifetimes = view->sites->lifetimes;
    fputs("{\"version\": 1, ", stdout);
    put_key_text("of", view->name);
    printf(", \"interval_bytes\": %" PRIu64 ", \"windows\": %" PRIu64 ", \"allocations\": %" PRIu64
           ", \"bytes\": %" PRIu64,
           lifetimes->interval_bytes, lifetimes->windows, view->sites->allocated,
           view->sites->allocated_bytes);
    printf(", \"followed\": %" PRIu64, view->sites->followed);
    printf(", \"changes\": %" PRIu32 ", \"saves_allocations\": %" PRIu64 ", \"small\": %" PRIu32
           ", \"pair_ns\": %.1f, \"advice\": [",
           view->list->changes, view->list->saves_allocations, view->list->small,
           cost_of_pair_ns());
    for (uint32_t i = 0; i < view->count; i++) {
        fputs(i ? ",\n  " : "\n  ", stdout);
        put_advice(view, &view->list->items[view->shown[i]]);
    }
    puts("\n]}");
}
