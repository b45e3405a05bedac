/* SPDX-License-Identifier: Apache-2.0
 *
 * Each function's name is matched once.
 */
#include "collector/prune.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPRESSION_MAX 4096 /* bytes */

/* Repetition counts can make an expression from a foreign file arbitrarily large. */
static bool is_reasonable(const char *expression)
{
    for (const char *at = expression; (at = strchr(at, '{')) != NULL; at++)
        if (isdigit((unsigned char)at[1]) || at[1] == ',')
            return false;
    return strlen(expression) <= EXPRESSION_MAX;
}

static bool compile(regex_t *regex, const char *expression)
{
    char *whole;
    if (!*expression || !is_reasonable(expression) || asprintf(&whole, "^(%s)$", expression) < 0)
        return false;
    bool is_compiled = regcomp(regex, whole, REG_EXTENDED | REG_NOSUB) == 0;
    free(whole);
    return is_compiled;
}

/* A name without its arguments, as pprof cuts it; the caller frees it. */
static char *simplify(const char *name)
{
    static const char *const reserved[] = {"(anonymous namespace)", "operator()"};
    const char *from = *name == '.' ? name + 1 : name, *at = from;
    while (*at && *at != '(') {
        at++;
        for (int i = 0; i < 2; i++)
            if (strncmp(at, reserved[i], strlen(reserved[i])) == 0)
                at += strlen(reserved[i]);
    }
    /* A name may begin with one of them. */
    if (at == from && strncmp(at, reserved[0], strlen(reserved[0])) == 0) {
        size_t skipped = strlen(reserved[0]);
        char *rest = simplify(from + skipped);
        char *whole = NULL;
        if (rest && asprintf(&whole, "%s%s", reserved[0], rest) < 0)
            whole = NULL;
        free(rest);
        return whole;
    }
    return strndup(from, (size_t)(at - from));
}

/* Marks the functions that are hidden; false: no memory. */
static bool match_functions(const struct profile *profile, const regex_t *drop, const regex_t *keep,
                            bool *is_hidden)
{
    for (uint32_t i = 1; i < profile->functions.count; i++) {
        const char *name = profile_string(profile, profile->functions.items[i].name);
        if (!*name)
            continue;
        char *simple = simplify(name);
        if (!simple)
            return false;
        is_hidden[i] = regexec(drop, simple, 0, NULL, 0) == 0 &&
                       (!keep || regexec(keep, simple, 0, NULL, 0) != 0);
        free(simple);
    }
    return true;
}

static void match_locations(const struct profile *profile, const bool *is_hidden,
                            uint32_t *hidden_lines)
{
    for (uint32_t i = 1; i < profile->locations.count; i++) {
        const struct profile_location *location = &profile->locations.items[i];
        for (uint32_t line = location->line_count; line-- > 0;) {
            uint32_t function = profile->lines.items[location->line_first + line].function;
            if (function < profile->functions.count && is_hidden[function]) {
                hidden_lines[i] = line + 1;
                break;
            }
        }
    }
}

bool prune_init(struct prune *prune, const struct profile *profile)
{
    regex_t drop, keep;
    prune->hidden_lines = calloc(profile->locations.count, sizeof(*prune->hidden_lines));
    if (!prune->hidden_lines)
        return false;
    if (!compile(&drop, profile_string(profile, profile->drop_frames)))
        return true;
    bool keeps = compile(&keep, profile_string(profile, profile->keep_frames));
    bool *is_hidden = calloc(profile->functions.count, sizeof(*is_hidden));
    bool has_memory = is_hidden && match_functions(profile, &drop, keeps ? &keep : NULL, is_hidden);
    if (has_memory)
        match_locations(profile, is_hidden, prune->hidden_lines);
    free(is_hidden);
    regfree(&drop);
    if (keeps)
        regfree(&keep);
    return has_memory;
}

void prune_deinit(struct prune *prune)
{
    free(prune->hidden_lines);
    prune->hidden_lines = NULL;
}

uint32_t prune_stack(const struct prune *prune, const struct profile *profile,
                     const uint32_t *locations, uint32_t count)
{
    bool found_user = false; /* not before: a stack is never hidden as a whole */
    for (uint32_t i = count; i-- > 0;) {
        uint32_t hidden = prune->hidden_lines[locations[i]];
        if (hidden == 0)
            found_user = true;
        else if (found_user)
            return hidden == profile->locations.items[locations[i]].line_count ? i + 1 : i;
    }
    return 0;
}
