/* SPDX-License-Identifier: Apache-2.0
 *
 * The middle of a very deep stack is left out, so that it fits a screen.
 */
#include "tools/frames.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/path.h"
#include "collector/profile/stack.h"
#include "tools/cli.h"

#define NAME_WIDTH 36 /* columns of a function's name, where a file follows */

static void print_frame(const struct profile *profile, const struct profile_location *location,
                        uint32_t line)
{
    const struct profile_line none = {0};
    const struct profile_line *record =
        line < location->line_count ? &profile->lines.items[location->line_first + line] : &none;
    const struct profile_function *function = &profile->functions.items[record->function];
    const char *name = record->function ? profile_string(profile, function->name) : "";
    const char *file = record->function ? profile_string(profile, function->file) : "";
    const char *module = profile_string(profile, profile->mappings.items[location->mapping].file);
    bool is_inlined = line + 1 < location->line_count;
    char unknown[32];
    if (!*name) {
        snprintf(unknown, sizeof unknown, "0x%" PRIx64, location->address);
        name = unknown;
    }
    fputs("      ", stdout);
    if (*file) {
        cli_put(name, is_inlined ? 0 : NAME_WIDTH);
        if (is_inlined)
            cli_put(" (inline)", NAME_WIDTH - (int)strnlen(name, NAME_WIDTH));
        putchar(' ');
        char *clean = strdup(file);
        if (clean)
            path_clean(clean);
        cli_put(clean ? clean : file, 0);
        free(clean);
        if (record->line)
            printf(":%" PRId32, record->line);
    } else {
        cli_put(name, *module && location->mapping ? NAME_WIDTH : 0);
        if (location->mapping && *module) {
            fputs(" in ", stdout);
            cli_put(path_base(module), 0);
        }
    }
    putchar('\n');
}

static uint32_t lines_of(const struct profile_location *location)
{
    return location->line_count ? location->line_count : 1;
}

static uint64_t count_frames(const struct profile *profile, const struct profile_stack *stack)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < stack->depth; i++)
        count +=
            lines_of(&profile->locations.items[profile->nodes.items[stack->nodes[i]].location]);
    return count;
}

/* Where there are more frames than asked for, a quarter of those shown are the outermost. */
static void print_frames(const struct profile *profile, const struct profile_stack *stack,
                         uint64_t most)
{
    uint64_t frames = count_frames(profile, stack), frame = 0;
    uint64_t left_out = most && frames > most ? frames - most : 0;
    uint64_t gap = most - most / 4; /* where it begins */
    for (uint32_t i = 0; i < stack->depth; i++) {
        uint32_t node = stack->nodes[i];
        const struct profile_location *location =
            &profile->locations.items[profile->nodes.items[node].location];
        for (uint32_t line = 0; line < lines_of(location); line++, frame++) {
            if (left_out && frame == gap)
                printf("      ... %" PRIu64 " more frames; --frames=0 shows them\n", left_out);
            if (!left_out || frame < gap || frame >= gap + left_out)
                print_frame(profile, location, line);
        }
    }
}

bool frames_print(const struct profile *profile, uint32_t leaf, uint64_t most)
{
    struct profile_stack stack = {0};
    bool has_memory = profile_stack_read(&stack, profile, leaf);
    if (has_memory)
        print_frames(profile, &stack, most);
    profile_stack_deinit(&stack);
    return has_memory;
}
