/* SPDX-License-Identifier: Apache-2.0
 *
 * Each function's name is matched once.
 */
#include "collector/profile/prune.h"
#include "collector/profile/pattern.h"
#include "collector/profile/stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pattern *compile(const char *expression)
{
    char *whole;
    struct pattern *pattern = NULL;
    if (!*expression || asprintf(&whole, "^(%s)$", expression) < 0)
        return NULL;
    error_destroy(pattern_create(whole, &pattern));
    free(whole);
    return pattern;
}

char *profile_prune_name(const char *name)
{
    static const char *const reserved[] = {"(anonymous namespace)", "operator()"};
    const char *from = *name == '.' ? name + 1 : name, *at = from;
    while (*at) {
        size_t length = 0;
        for (int i = 0; i < 2 && length == 0; i++)
            if (strncmp(at, reserved[i], strlen(reserved[i])) == 0)
                length = strlen(reserved[i]);
        if (length == 0 && *at == '(')
            break;
        at += length ? length : 1;
    }
    return strndup(from, (size_t)(at - from));
}

/* False: no memory. */
static bool match_functions(const struct profile *profile, const struct pattern *drop,
                            const struct pattern *keep, bool *is_marked)
{
    for (uint32_t i = 1; i < profile->functions.count; i++) {
        const char *name = profile_string(profile, profile->functions.items[i].name);
        char *simple = *name ? profile_prune_name(name) : NULL;
        if (*name && !simple)
            return false;
        is_marked[i] =
            simple && pattern_matches(drop, simple) && !(keep && pattern_matches(keep, simple));
        free(simple);
    }
    return true;
}

bool *profile_prune_match(const struct profile *profile)
{
    bool *is_marked = calloc(profile->functions.count, sizeof(*is_marked));
    struct pattern *drop = compile(profile_string(profile, profile->drop_frames));
    struct pattern *keep = compile(profile_string(profile, profile->keep_frames));
    if (is_marked && drop && !match_functions(profile, drop, keep, is_marked)) {
        free(is_marked);
        is_marked = NULL;
    }
    pattern_destroy(drop);
    pattern_destroy(keep);
    return is_marked;
}

/* What is cut at a location: nothing, its innermost lines, or all of it. */
enum cut { CUT_NOTHING, CUT_LINES, CUT_WHOLE };

struct pruning {
    enum cut *cuts;   /* by location */
    uint32_t *cut_by; /* by location: the function at which it is cut */
    struct profile_stack stack;
};

/* Inlined lines go in all stacks, also where the location then ends none: as pprof has it. */
static void cut_locations(struct pruning *at, struct profile *profile, const bool *is_marked)
{
    for (uint32_t i = 1; i < profile->locations.count; i++) {
        struct profile_location *location = &profile->locations.items[i];
        for (uint32_t line = location->line_count; line-- > 0;) {
            uint32_t function = profile->lines.items[location->line_first + line].function;
            if (function >= profile->functions.count || !is_marked[function])
                continue;
            at->cut_by[i] = function;
            at->cuts[i] = line + 1 == location->line_count ? CUT_WHOLE : CUT_LINES;
            if (at->cuts[i] == CUT_LINES) {
                location->line_first += line + 1;
                location->line_count -= line + 1;
            }
            break;
        }
    }
}

/* The location at which the stack is cut, 0: none; *leaf: the leaf that is left. */
static uint32_t cut_stack(const struct pruning *at, const struct profile *profile, uint32_t *leaf)
{
    bool has_caller = false; /* the first frames from the root are kept, whatever they are */
    for (uint32_t i = at->stack.depth; i-- > 0;) {
        uint32_t location = profile->nodes.items[at->stack.nodes[i]].location;
        if (at->cuts[location] == CUT_NOTHING) {
            has_caller = true;
        } else if (has_caller) {
            *leaf = at->stack.nodes[at->cuts[location] == CUT_WHOLE ? i + 1 : i];
            return location;
        }
    }
    return 0;
}

static bool cut_samples(struct pruning *at, struct profile *profile, int type, uint64_t *cut_at)
{
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        struct profile_sample *sample = &profile->samples.items[i];
        if (!profile_stack_read(&at->stack, profile, sample->node))
            return false;
        uint32_t location = cut_stack(at, profile, &sample->node);
        int64_t value = profile->values.items[(size_t)i * profile->types.count + (size_t)type];
        if (location != 0 && cut_at)
            cut_at[at->cut_by[location]] += value < 0 ? -(uint64_t)value : (uint64_t)value;
    }
    return true;
}

bool profile_prune(struct profile *profile, const bool *is_marked, int type, uint64_t *cut_at)
{
    struct pruning at = {
        .cuts = calloc(profile->locations.count, sizeof(*at.cuts)),
        .cut_by = calloc(profile->locations.count, sizeof(*at.cut_by)),
    };
    bool has_memory = at.cuts && at.cut_by;
    if (has_memory) {
        cut_locations(&at, profile, is_marked);
        has_memory = cut_samples(&at, profile, type, cut_at);
    }
    profile_stack_deinit(&at.stack);
    free(at.cuts);
    free(at.cut_by);
    return has_memory;
}

bool profile_prune_named(struct profile *profile)
{
    bool *is_marked = profile_prune_match(profile);
    bool has_memory = is_marked && profile_prune(profile, is_marked, 0, NULL);
    free(is_marked);
    return has_memory;
}
