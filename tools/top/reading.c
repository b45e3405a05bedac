/* SPDX-License-Identifier: Apache-2.0
 *
 * In pprof's order: drop_frames, then the total, then the filters.
 */
#include "tools/top/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/budget.h"
#include "collector/profile/drop_frames.h"
#include "collector/profile/filter.h"
#include "collector/profile/prune.h"
#include "collector/profile/wrappers.h"
#include "tools/cli.h"
#include "tools/nameless.h"

#define HIDDEN_NAMED 6 /* the others are counted */

const char *reading_type(const struct reading *reading)
{
    const struct profile *profile = reading->profile;
    return profile_string(profile, profile->types.items[reading->type].type);
}

const char *reading_unit(const struct reading *reading)
{
    const struct profile *profile = reading->profile;
    return profile_string(profile, profile->types.items[reading->type].unit);
}

/* ---- which values ---- */

static struct error *no_such_type(const struct profile *profile, const char *name, const char *type)
{
    char types[400] = "";
    for (uint32_t i = 0; i < profile->types.count; i++) {
        size_t length = strlen(types);
        snprintf(types + length, sizeof types - length, "%s%s", i ? ", " : "",
                 profile_string(profile, profile->types.items[i].type));
    }
    return error_create("%s: has no values of the type '%s'; it has: %s", name, type, types);
}

static bool is_zero(const struct profile *profile, int type)
{
    return profile_graph_total(profile, type) == 0;
}

/* Where the default type is 0 everywhere (all was freed), alloc_space is chosen instead. */
static struct error *choose_type(struct reading *reading, const char *name, const char *type)
{
    const struct profile *profile = reading->profile;
    reading->type = type ? profile_find_type(profile, type) : profile_default_type(profile);
    reading->default_type = reading->type;
    if (reading->type < 0)
        return no_such_type(profile, name, type ? type : "any");
    int allocated = profile_find_type(profile, "alloc_space");
    if (!type && allocated >= 0 && is_zero(profile, reading->type) && !is_zero(profile, allocated))
        reading->type = allocated;
    return NULL;
}

/* ---- wrappers ---- */

struct hidden {
    char *name; /* without arguments; owned */
    uint64_t value;
};

static int compare_hidden(const void *left, const void *right)
{
    const struct hidden *a = left, *b = right;
    if (a->value != b->value)
        return a->value > b->value ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* Takes the name over. */
static size_t add_hidden(struct hidden *hidden, size_t count, char *name, uint64_t value)
{
    size_t known = 0;
    while (known < count && strcmp(hidden[known].name, name) != 0)
        known++;
    hidden[known].value += value;
    if (known < count)
        free(name);
    else
        hidden[count++].name = name;
    return count;
}

/* The functions at which samples were cut, largest first, each name once; the allocator's own
 * functions are not among them. */
static size_t collect_hidden(const struct profile *profile, const uint64_t *cut_at,
                             const struct pattern *allocators, struct hidden *hidden)
{
    size_t count = 0;
    for (uint32_t i = 1; i < profile->functions.count; i++) {
        const char *name = profile_string(profile, profile->functions.items[i].name);
        char *simple = cut_at[i] ? profile_prune_name(name) : NULL;
        if (simple && !pattern_matches(allocators, simple))
            count = add_hidden(hidden, count, simple, cut_at[i]);
        else
            free(simple);
    }
    if (count)
        qsort(hidden, count, sizeof *hidden, compare_hidden);
    return count;
}

static char *join_names(const struct hidden *hidden, size_t count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    for (size_t i = 0; i < count && i < HIDDEN_NAMED; i++)
        fprintf(out, "%s%s", i ? ", " : "", hidden[i].name);
    if (count > HIDDEN_NAMED)
        fprintf(out, " and %zu more", count - HIDDEN_NAMED);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

static struct error *name_hidden(struct reading *reading, const uint64_t *cut_at)
{
    struct pattern *allocators = NULL;
    struct error *error = pattern_create("^(" DROP_FRAMES_ALLOCATORS ")$", &allocators);
    struct hidden *hidden = calloc(reading->profile->functions.count, sizeof *hidden);
    if (!error && !hidden)
        error = error_no_memory();
    if (!error) {
        size_t count = collect_hidden(reading->profile, cut_at, allocators, hidden);
        reading->hidden = count ? join_names(hidden, count) : NULL;
        for (size_t i = 0; i < count; i++)
            free(hidden[i].name);
    }
    free(hidden);
    pattern_destroy(allocators);
    return error;
}

static bool cut(struct reading *reading, bool *is_marked, uint64_t *cut_at)
{
    bool has_memory =
        is_marked && profile_prune(reading->profile, is_marked, reading->type, cut_at);
    free(is_marked);
    return has_memory;
}

static struct error *hide_wrappers(struct reading *reading, enum top_wrappers wrappers)
{
    struct profile *profile = reading->profile;
    if (wrappers == TOP_WRAPPERS_SHOW)
        return NULL;
    uint64_t *cut_at = calloc(profile->functions.count, sizeof *cut_at);
    bool has_memory = cut_at && cut(reading, profile_prune_match(profile), cut_at);
    if (has_memory && wrappers == TOP_WRAPPERS_HIDE)
        has_memory = cut(reading, profile_wrappers_find(profile, reading->type), cut_at);
    struct error *error =
        has_memory ? name_hidden(reading, cut_at) : budget_error("cannot find the wrappers");
    free(cut_at);
    return error;
}

/* ---- filters ---- */

static void warn_of_no_match(const struct top_pattern *pattern, bool has_matched)
{
    if (pattern->text && !has_matched)
        cli_complain(TOP_COMMAND, "--%s: no function, source file or module matches '%s'",
                     pattern->name, pattern->text);
}

static struct error *filter(struct reading *reading, const struct top_options *options)
{
    const struct profile_filter filter = {
        .focus = options->patterns[TOP_FOCUS].compiled,
        .ignore = options->patterns[TOP_IGNORE].compiled,
        .hide = options->patterns[TOP_HIDE].compiled,
        .show = options->patterns[TOP_SHOW].compiled,
    };
    struct profile_filter_matches matches;
    if (!profile_filter(reading->profile, &filter, &matches))
        return error_no_memory();
    warn_of_no_match(&options->patterns[TOP_FOCUS], matches.focus);
    warn_of_no_match(&options->patterns[TOP_IGNORE], matches.ignore);
    warn_of_no_match(&options->patterns[TOP_HIDE], matches.hide);
    warn_of_no_match(&options->patterns[TOP_SHOW], matches.show);
    reading->has_match = (!filter.focus || matches.focus) && (!filter.show || matches.show);
    return NULL;
}

struct error *reading_init(struct reading *reading, struct profile *profile, const char *name,
                           const struct top_options *options)
{
    *reading = (struct reading){.profile = profile};
    struct error *error = choose_type(reading, name, options->type);
    if (!error)
        error = hide_wrappers(reading, options->wrappers);
    if (!error && !profile_nameless_find(profile, NAMELESS_LEAST_SHARE, &reading->nameless))
        error = error_no_memory();
    if (!error) {
        reading->total = profile_graph_total(profile, reading->type);
        error = filter(reading, options);
    }
    if (error)
        reading_deinit(reading);
    return error;
}

void reading_deinit(struct reading *reading)
{
    profile_destroy(reading->profile);
    free(reading->hidden);
    *reading = (struct reading){.profile = NULL};
}
