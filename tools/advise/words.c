/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/advise/words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/path.h"
#include "collector/profile/prune.h"
#include "tools/measure.h"

void words_place(FILE *out, const struct advise_place *place)
{
    char *name = profile_prune_name(place->function); /* without its arguments */
    const char *function = name ? name : place->function;
    if (advise_is_named(place))
        fputs(function, out);
    else
        fprintf(out, *function ? "a function without a name (%s)" : "a function without a name",
                function);
    free(name);
    if (*function && !advise_is_named(place))
        return;
    if (*place->file && place->line > 0)
        fprintf(out, " (%s:%" PRId32 ")", path_base(place->file), place->line);
    else if (*place->module)
        fprintf(out, " in %s", path_base(place->module));
}

/* A size that is written into a program: the next multiple of 16. */
static uint64_t rounded(uint64_t bytes)
{
    return bytes > UINT64_MAX - 15 ? bytes : (bytes + 15) / 16 * 16;
}

static bool is_called(const struct advice *advice, const char *name)
{
    return advice->disguise && strcmp(advice->disguise->name, name) == 0;
}

static bool is_container(const struct advice *advice)
{
    return is_called(advice, "std::vector") || is_called(advice, "std::deque") ||
           is_called(advice, "a node container") || is_called(advice, "String or Vec");
}

static void reserve(FILE *out, const struct advice *advice)
{
    char size[MEASURE_TEXT];
    measure_bytes(size, advice->bytes);
    if (is_called(advice, "std::vector") || is_called(advice, "std::string"))
        fprintf(out, "reserve() room for %s (19 of 20 end no larger) before the first element",
                size);
    else if (is_called(advice, "String or Vec"))
        fprintf(out, "with_capacity() for %s (19 of 20 end no larger)", size);
    else if (is_called(advice, "a node container"))
        fprintf(out, "reserve() the buckets, %s, before the first element", size);
    else if (advice->disguise && advice->disguise->remedy)
        fprintf(out, "%s; it ends at %s or less in 19 of 20", advice->disguise->remedy, size);
    else
        fprintf(
            out,
            "allocate %s at once (19 of 20 end no larger), or keep the buffer and only empty it",
            size);
}

static void local(FILE *out, const struct advice *advice)
{
    char size[MEASURE_TEXT];
    const struct advise_site *site = advice->site;
    uint64_t bytes = rounded(advice->bytes);
    if (advice->disguise && advice->disguise->remedy) {
        fputs(advice->disguise->remedy, out);
    } else if (is_container(advice)) {
        fprintf(out, advice->is_kept_buffer
                         ? "keep one and clear() it, instead of a new one for each use; or"
                         : "a std::array, or");
        fprintf(out, " a std::pmr container on a buffer of %" PRIu64 " bytes", bytes);
    } else if (advice->is_kept_buffer) {
        fprintf(out, "keep one buffer of %s and use it again", measure_bytes(size, bytes));
    } else if (site->life.size_min == site->life.size_max) {
        fprintf(out, "a local object, or char buf[%" PRIu64 "]", advice->bytes);
    } else {
        fprintf(out, "char buf[%" PRIu64 "], and malloc only for what is larger", bytes);
    }
}

bool words_is_one_call(const struct advice *advice)
{
    return advice->per_activation > (double)advice->site->life.allocated / 2;
}

static void arena(FILE *out, const struct advice *advice)
{
    char size[MEASURE_TEXT];
    bool is_cxx = is_container(advice) || strstr(advice->site->owner.function, "::");
    fprintf(out, is_cxx ? "a std::pmr::monotonic_buffer_resource in the owner"
                        : "an arena (a bump allocator) that the owner makes and gives back");
    fprintf(out, "; it grows to %s%s, as nothing is given back before",
            measure_bytes(size, advice->bytes), words_is_one_call(advice) ? "" : " in each call");
}

static void no_pool(FILE *out, const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    if (advice->reason == REASON_VARIED)
        fprintf(out,
                "no pool: sizes vary from %" PRIu64 " to %" PRIu64
                " bytes, and slots of the largest would hold mostly nothing",
                site->life.size_min, site->life.size_max);
    else
        fprintf(out,
                "no pool: they live long (%" PRIu64 " of %" PRIu64
                " alive at once), so that it would hold as much and be used again too seldom",
                site->life.live_max, site->life.allocated);
}

static void kept(FILE *out, const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    if (site->set_up_by)
        fprintf(out, "nothing: they are set up by %s", site->set_up_by);
    else if (site->life.freed > site->life.allocated / 2)
        fputs("nothing: all of them are there before any are freed", out);
    else if (site->looks > 1)
        fputs("nothing: they stay, and do not become ever more", out);
    else
        fputs(
            "nothing: they stay; earlier profiles of this run, given before it, show whether they "
            "become ever more",
            out);
}

static void leak(FILE *out, const struct advice *advice)
{
    const struct advise_growth *growth = &advice->site->growth;
    char bytes[MEASURE_TEXT];
    fprintf(out,
            "free them, or limit how many are held, unless they are all in use: each second there "
            "are %.*f more (%s)",
            growth->objects_per_s < 10 ? 1 : 0, growth->objects_per_s,
            measure_bytes(bytes, growth->bytes_per_s > 0 ? (uint64_t)growth->bytes_per_s : 0));
}

void words_remedy(FILE *out, const struct advice *advice)
{
    char size[MEASURE_TEXT];
    switch (advice->kind) {
    case ADVICE_RESERVE:
        reserve(out, advice);
        break;
    case ADVICE_STACK:
        local(out, advice);
        break;
    case ADVICE_ARENA:
        arena(out, advice);
        break;
    case ADVICE_POOL:
        if (advice->slots == 1)
            fprintf(out, "keep one block of %s and use it again",
                    measure_bytes(size, advice->bytes));
        else
            fprintf(out, "a free list of %" PRIu64 " blocks of %s", advice->slots,
                    measure_bytes(size, advice->bytes));
        break;
    case ADVICE_NO_POOL:
        no_pool(out, advice);
        break;
    case ADVICE_CROSSED:
        fputs("hand over batches of them, or give them back to the thread that made them through a "
              "queue; neither the stack nor a pool of one thread will do",
              out);
        break;
    case ADVICE_LEAK:
        leak(out, advice);
        break;
    case ADVICE_KEPT:
        kept(out, advice);
        break;
    case ADVICE_NONE:
    case ADVICE_KINDS:
        break;
    }
}

static void scoped(FILE *out, const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    if (site->is_owner_by_frees) {
        words_place(out, &site->owner);
        fputs(" makes and frees them, and most are alive at once", out);
        return;
    }
    fprintf(out, site->ended == site->inside ? "none outlived " : "nearly none outlived ");
    words_place(out, &site->owner);
    fputs(" in this run", out);
    if (site->is_owner_inlined)
        fputs(", which is inlined", out);
}

static void grew(FILE *out, const struct advise_site *site)
{
    const struct advise_growth *growth = &site->growth;
    char bytes[MEASURE_TEXT];
    fprintf(out,
            "%" PRIu64 " (%s) more were alive at the last of %u looks than at the first, %.1f s "
            "before%s; %" PRIu64 " of all %" PRIu64 " were freed",
            growth->objects, measure_bytes(bytes, growth->bytes), site->looks, growth->seconds,
            site->looks > 2 ? ", and at none fewer than at the one before" : "", site->life.freed,
            site->life.allocated);
    if (!growth->is_steady)
        fputs("; but they become more slowly than before", out);
}

void words_reason(FILE *out, const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    const struct lifetime *life = &site->life;
    char copied[MEASURE_TEXT];
    switch (advice->kind) {
    case ADVICE_RESERVE:
        fprintf(out, "%" PRIu64 " of the allocations are steps of growth, which copied %s",
                advice->steps, measure_bytes(copied, advice->copied_bytes));
        if (life->chain_longest)
            fprintf(out, "; up to %" PRIu64 " for one block", life->chain_longest);
        break;
    case ADVICE_STACK:
    case ADVICE_ARENA:
        scoped(out, advice);
        break;
    case ADVICE_LEAK:
        grew(out, site);
        break;
    case ADVICE_KEPT:
        if (life->freed > life->allocated / 2)
            fprintf(out, "%" PRIu64 " of %" PRIu64 " were alive at once before they were freed",
                    life->live_max, life->allocated);
        else
            fprintf(out, "%" PRIu64 " were freed in this run", life->freed);
        break;
    case ADVICE_CROSSED:
        fprintf(out, "%" PRIu64 " were freed by another thread", life->crossed);
        break;
    default:
        fprintf(out,
                "%" PRIu64 " were allocated and %" PRIu64 " freed, %" PRIu64
                " at most alive at once",
                life->allocated, life->freed, life->live_max);
    }
}

char *words_text(void (*words)(FILE *out, const struct advice *advice), const struct advice *advice)
{
    char *text = NULL;
    size_t bytes;
    FILE *stream = open_memstream(&text, &bytes);
    if (!stream)
        return NULL;
    words(stream, advice);
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}
