/* SPDX-License-Identifier: Apache-2.0
 *
 * Names are matched once each, then locations are judged, then stacks.
 */
#include "collector/profile/filter.h"
#include "collector/profile/hash.h"

#include <stdlib.h>
#include <string.h>

enum verdict { NO_OPINION, FOCUSED, IGNORED };

struct filtering {
    struct profile *profile;
    unsigned char *matched; /* by string, for the pattern at hand: 0 not asked yet, 1 no, 2 yes */
    enum verdict *verdicts; /* by location */
    bool *is_hidden;        /* by location */
    uint32_t *moved;        /* by node: what it is in the new tree */
};

static bool string_matches(struct filtering *at, const struct pattern *pattern, uint32_t string)
{
    if (!at->matched[string])
        at->matched[string] = pattern_matches(pattern, profile_string(at->profile, string)) ? 2 : 1;
    return at->matched[string] == 2;
}

static bool mapping_matches(struct filtering *at, const struct pattern *pattern, uint32_t location)
{
    uint32_t mapping = at->profile->locations.items[location].mapping;
    return mapping != 0 && string_matches(at, pattern, at->profile->mappings.items[mapping].file);
}

static bool function_matches(struct filtering *at, const struct pattern *pattern, uint32_t function)
{
    const struct profile_function *record = &at->profile->functions.items[function];
    return function != 0 &&
           (string_matches(at, pattern, record->name) || string_matches(at, pattern, record->file));
}

static bool location_matches(struct filtering *at, const struct pattern *pattern, uint32_t index)
{
    const struct profile_location *location = &at->profile->locations.items[index];
    for (uint32_t line = 0; line < location->line_count; line++)
        if (function_matches(at, pattern,
                             at->profile->lines.items[location->line_first + line].function))
            return true;
    return mapping_matches(at, pattern, index);
}

/* True: some location matches. */
static bool judge(struct filtering *at, const struct pattern *pattern, enum verdict verdict)
{
    bool has_matched = false;
    memset(at->matched, 0, at->profile->strings.count);
    for (uint32_t i = 1; i < at->profile->locations.count; i++) {
        if (!location_matches(at, pattern, i))
            continue;
        has_matched = true;
        if (at->verdicts[i] != IGNORED)
            at->verdicts[i] = verdict;
    }
    return has_matched;
}

/* Whether a line stays; one without a function is only ever hidden by its module. */
static bool is_line_kept(struct filtering *at, const struct pattern *pattern, uint32_t function,
                         bool is_module_matched, bool is_shown)
{
    if (is_shown)
        return is_module_matched || function == 0 || function_matches(at, pattern, function);
    return !is_module_matched && !function_matches(at, pattern, function);
}

/* Takes out the lines that match, or (`is_shown`) those that do not. */
static bool select_lines(struct filtering *at, const struct pattern *pattern, bool is_shown)
{
    struct profile *profile = at->profile;
    bool has_matched = false;
    memset(at->matched, 0, profile->strings.count);
    for (uint32_t i = 1; i < profile->locations.count; i++) {
        struct profile_location *location = &profile->locations.items[i];
        bool is_module_matched = mapping_matches(at, pattern, i);
        if (!is_shown && !location_matches(at, pattern, i))
            continue;
        uint32_t kept = 0;
        for (uint32_t line = 0; line < location->line_count; line++) {
            struct profile_line *lines = &profile->lines.items[location->line_first];
            if (is_line_kept(at, pattern, lines[line].function, is_module_matched, is_shown))
                lines[kept++] = lines[line];
        }
        location->line_count = kept;
        at->is_hidden[i] |= kept == 0;
        has_matched |= !is_shown || kept > 0;
    }
    return has_matched;
}

/* ---- stacks ---- */

/* The tree without hidden locations; equal nodes become one. */
static bool move_nodes(struct filtering *at)
{
    struct profile *profile = at->profile;
    struct hash_index index = {0};
    uint32_t count = 1;
    for (uint32_t i = 1; i < profile->nodes.count; i++) {
        struct profile_node node = profile->nodes.items[i];
        node.parent = at->moved[node.parent];
        at->moved[i] = node.parent;
        if (at->is_hidden[node.location])
            continue;
        if (!hash_reserve(&index)) {
            hash_deinit(&index);
            return false;
        }
        uint64_t hash = hash_pair(node.parent, node.location);
        uint32_t slot = hash_first(&index, hash), known;
        for (; (known = index.slots[slot].record); slot = hash_next(&index, slot, hash))
            if (profile->nodes.items[known].parent == node.parent &&
                profile->nodes.items[known].location == node.location)
                break;
        if (!known) {
            known = count++;
            profile->nodes.items[known] = node; /* count <= i: not one that is still needed */
            hash_set(&index, slot, hash, known);
        }
        at->moved[i] = known;
    }
    profile->nodes.count = count;
    hash_deinit(&index);
    return true;
}

/* Judged on the unchanged tree: a hidden frame still counts for focus and ignore. */
static bool is_kept(const struct filtering *at, uint32_t leaf)
{
    bool is_focused = false;
    for (uint32_t node = leaf; node != 0; node = at->profile->nodes.items[node].parent) {
        enum verdict verdict = at->verdicts[at->profile->nodes.items[node].location];
        if (verdict == IGNORED)
            return false;
        is_focused |= verdict == FOCUSED;
    }
    return is_focused;
}

/* Samples that are filtered out get no stack. */
static void judge_samples(struct filtering *at)
{
    for (uint32_t i = 0; i < at->profile->samples.count; i++)
        if (!is_kept(at, at->profile->samples.items[i].node))
            at->profile->samples.items[i].node = 0;
}

/* Moves samples to the new tree and removes those without a stack. */
static void move_samples(struct filtering *at)
{
    struct profile *profile = at->profile;
    size_t types = profile->types.count, count = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        struct profile_sample sample = profile->samples.items[i];
        sample.node = at->moved[sample.node];
        if (sample.node == 0)
            continue;
        profile->samples.items[count] = sample;
        memmove(&profile->values.items[count * types], &profile->values.items[i * types],
                types * sizeof(*profile->values.items));
        count++;
    }
    profile->samples.count = (uint32_t)count;
    profile->values.count = (uint32_t)(count * types);
}

static bool apply(struct filtering *at, const struct profile_filter *filter,
                  struct profile_filter_matches *matches)
{
    if (filter->ignore)
        matches->ignore = judge(at, filter->ignore, IGNORED);
    if (filter->focus)
        matches->focus = judge(at, filter->focus, FOCUSED);
    else
        for (uint32_t i = 0; i < at->profile->locations.count; i++)
            if (at->verdicts[i] == NO_OPINION)
                at->verdicts[i] = FOCUSED;
    if (filter->hide)
        matches->hide = select_lines(at, filter->hide, false);
    if (filter->show)
        matches->show = select_lines(at, filter->show, true);
    judge_samples(at);
    if (!move_nodes(at))
        return false;
    move_samples(at);
    return true;
}

bool profile_filter(struct profile *profile, const struct profile_filter *filter,
                    struct profile_filter_matches *matches)
{
    uint32_t locations = profile->locations.count;
    struct filtering at = {
        .profile = profile,
        .matched = malloc(profile->strings.count),
        .verdicts = calloc(locations, sizeof(*at.verdicts)),
        .is_hidden = calloc(locations, sizeof(*at.is_hidden)),
        .moved = calloc(profile->nodes.count, sizeof(*at.moved)),
    };
    *matches = (struct profile_filter_matches){0};
    profile_drop_node_index(profile);
    bool has_memory = at.matched && at.verdicts && at.is_hidden && at.moved;
    has_memory = has_memory && apply(&at, filter, matches);
    free(at.matched);
    free(at.verdicts);
    free(at.is_hidden);
    free(at.moved);
    return has_memory;
}
