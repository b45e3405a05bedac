/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/place.h"
#include "collector/base/path.h"

#include <string.h>

static const struct profile_location *location_of(const struct profile *profile, uint32_t node)
{
    return &profile->locations.items[profile->nodes.items[node].location];
}

uint32_t advise_lines(const struct profile *profile, uint32_t node)
{
    uint32_t count = location_of(profile, node)->line_count;
    return count ? count : 1;
}

static const struct profile_line *line_of(const struct profile *profile, uint32_t node,
                                          uint32_t line)
{
    static const struct profile_line none;
    const struct profile_location *location = location_of(profile, node);
    return line < location->line_count ? &profile->lines.items[location->line_first + line] : &none;
}

struct advise_place advise_place_of(const struct profile *profile, uint32_t node, uint32_t line)
{
    const struct profile_line *record = line_of(profile, node, line);
    const struct profile_function *function = &profile->functions.items[record->function];
    uint32_t mapping = location_of(profile, node)->mapping;
    return (struct advise_place){
        .function = record->function ? profile_string(profile, function->name) : "",
        .file = record->function ? profile_string(profile, function->file) : "",
        .module = mapping ? profile_string(profile, profile->mappings.items[mapping].file) : "",
        .line = record->line,
    };
}

uint64_t advise_function(const struct profile *profile, uint32_t node, uint32_t line)
{
    const struct profile_line *record = line_of(profile, node, line);
    if (record->function == 0)
        return UINT64_C(1) << 32 | profile->nodes.items[node].location;
    return profile->functions.items[record->function].name;
}

bool advise_is_named(const struct advise_place *place)
{
    const char *module = path_base(place->module);
    size_t length = strlen(module);
    return *place->function && !(length > 0 && strncmp(place->function, module, length) == 0 &&
                                 strncmp(place->function + length, "+0x", 3) == 0);
}

/* The name itself in a demangled one, behind the type that a template's name begins with. */
const char *advise_unqualified(const char *name)
{
    const char *begin = name;
    int depth = 0;
    for (const char *at = name; *at && !(depth == 0 && *at == '('); at++) {
        if (strncmp(at, "operator", 8) == 0)
            break;
        depth += *at == '<' ? 1 : *at == '>' && depth > 0 ? -1 : 0;
        if (*at == ' ' && depth == 0)
            begin = at + 1;
    }
    return begin;
}

static bool is_library(const struct advise_place *place)
{
    static const char *const scopes[] = {"std::",   "__gnu_cxx::", "__cxxabiv1::", "__cxa_",
                                         "alloc::", "core::",      "hashbrown::"};
    static const char *const modules[] = {"libc.so",  "libc-2.",     "libstdc++.so", "ld-linux",
                                          "libm.so.", "libgcc_s.so", "libc++.so"};
    const char *name = advise_unqualified(place->function), *module = path_base(place->module);
    for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++)
        if (strncmp(module, modules[i], strlen(modules[i])) == 0)
            return true;
    for (size_t i = 0; i < sizeof(scopes) / sizeof(*scopes); i++)
        if (strncmp(name, scopes[i], strlen(scopes[i])) == 0 ||
            (name[0] == '<' && strncmp(name + 1, scopes[i], strlen(scopes[i])) == 0))
            return true;
    return false;
}

bool advise_is_library(const struct profile *profile, uint32_t node, uint32_t line)
{
    const struct advise_place place = advise_place_of(profile, node, line);
    return is_library(&place);
}

static bool next(const struct profile *profile, const struct profile_stack *stack,
                 struct advise_frame *frame)
{
    if (++frame->line < advise_lines(profile, stack->nodes[frame->level]))
        return true;
    frame->line = 0;
    return ++frame->level < stack->depth;
}

/* The frame outside of the outermost marked one, as profile_prune() would leave the stack; the leaf
 * where nothing is marked, or everything outside, too. */
static struct advise_frame without_allocators(const struct profile *profile,
                                              const struct profile_stack *stack,
                                              const bool *is_marked)
{
    struct advise_frame frame = {0, 0}, found = {0, 0};
    bool was_marked = false;
    do {
        bool marks = is_marked[line_of(profile, stack->nodes[frame.level], frame.line)->function];
        if (was_marked && !marks)
            found = frame;
        was_marked = marks;
    } while (next(profile, stack, &frame));
    return found;
}

struct advise_frame advise_own_frame(const struct profile *profile,
                                     const struct profile_stack *stack, const bool *is_marked)
{
    struct advise_frame first = without_allocators(profile, stack, is_marked), frame = first;
    do {
        const struct advise_place place =
            advise_place_of(profile, stack->nodes[frame.level], frame.line);
        bool is_pseudo = place.function[0] == '[' || strcmp(place.function, "_start") == 0;
        if (!is_library(&place) && !is_pseudo)
            return frame;
    } while (next(profile, stack, &frame));
    return first;
}
