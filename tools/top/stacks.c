/* SPDX-License-Identifier: Apache-2.0
 *
 * A stack is a line with its values, then a line for each frame, the leaf first.  The middle
 * of a very deep stack is left out, so that it fits a screen.
 */
#include "tools/top/stacks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/path.h"
#include "collector/profile/stack.h"
#include "collector/profile/stacks.h"
#include "tools/cli.h"

#define STACKS_DEFAULT 5
#define SIZES_SHOWN    4
#define NAME_WIDTH     36 /* columns of a function's name, where a file follows */

struct printing {
    const struct reading *reading;
    const struct top_options *options;
    struct profile_stack stack;
};

/* ---- the head ---- */

static void print_value(const struct profile *profile, int type, int64_t value)
{
    char text[MEASURE_TEXT];
    fputs(measure_alone(text, profile_string(profile, profile->types.items[type].unit), value),
          stdout);
}

/* The stack's values of the profile's other types. */
static void print_other_values(const struct printing *at, const struct profile_stack_sum *sum)
{
    const struct profile *profile = at->reading->profile;
    for (uint32_t i = 0; i < profile->types.count; i++) {
        if ((int)i == at->reading->type)
            continue;
        fputs(", ", stdout);
        cli_put(profile_string(profile, profile->types.items[i].type), 0);
        putchar(' ');
        print_value(profile, (int)i, sum->values[i]);
    }
}

static int by_value(const void *left, const void *right)
{
    const struct profile_stack_size *a = left, *b = right;
    if (llabs(a->value) != llabs(b->value))
        return llabs(a->value) > llabs(b->value) ? -1 : 1;
    return a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}

/* The sizes of the objects, which memprof's profiles have as labels. */
static void print_sizes(const struct printing *at, const struct profile_stack_sum *sum)
{
    if (sum->size_count == 0)
        return;
    qsort(sum->sizes, sum->size_count, sizeof *sum->sizes, by_value);
    fputs("      objects of up to", stdout);
    for (uint32_t i = 0; i < sum->size_count && i < SIZES_SHOWN; i++) {
        char size[MEASURE_TEXT];
        printf("%s %s (", i ? "," : "", measure_alone(size, "bytes", sum->sizes[i].bytes));
        print_value(at->reading->profile, at->reading->type, sum->sizes[i].value);
        putchar(')');
    }
    if (sum->size_count > SIZES_SHOWN)
        printf(" and %" PRIu32 " more sizes", sum->size_count - SIZES_SHOWN);
    putchar('\n');
}

static void print_head(const struct printing *at, const struct profile_stack_sum *sum,
                       uint32_t number, uint32_t count)
{
    char percentage[MEASURE_TEXT];
    int64_t value = sum->values[at->reading->type];
    measure_percentage(percentage, value, at->reading->total);
    printf("\nStack %" PRIu32 " of %" PRIu32 ": ", number, count);
    print_value(at->reading->profile, at->reading->type, value);
    printf(" (%s)", percentage + strspn(percentage, " "));
    print_other_values(at, sum);
    putchar('\n');
    print_sizes(at, sum);
}

/* ---- frames ---- */

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

static uint64_t count_frames(const struct printing *at)
{
    const struct profile *profile = at->reading->profile;
    uint64_t count = 0;
    for (uint32_t i = 0; i < at->stack.depth; i++)
        count +=
            lines_of(&profile->locations.items[profile->nodes.items[at->stack.nodes[i]].location]);
    return count;
}

/* Where there are more frames than asked for, a quarter of those shown are the outermost. */
static void print_frames(const struct printing *at)
{
    const struct profile *profile = at->reading->profile;
    uint64_t frames = count_frames(at), most = at->options->frames, frame = 0;
    uint64_t left_out = most && frames > most ? frames - most : 0;
    uint64_t gap = most - most / 4; /* where it begins */
    for (uint32_t i = 0; i < at->stack.depth; i++) {
        uint32_t node = at->stack.nodes[i];
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

struct error *stacks_print(const struct reading *reading, const struct top_options *options)
{
    struct printing at = {.reading = reading, .options = options};
    struct profile_stacks stacks;
    bool has_memory = profile_stacks_init(&stacks, reading->profile, reading->type);
    uint64_t most = options->limit ? options->limit : STACKS_DEFAULT;
    int64_t sum = 0;
    for (uint32_t i = 0; has_memory && i < stacks.count && i < most; i++)
        sum += stacks.items[i].values[reading->type];
    if (has_memory && options->has_header) {
        char percentage[MEASURE_TEXT];
        measure_percentage(percentage, sum, reading->total);
        printf("Showing %" PRIu64 " of %" PRIu32 " stacks, ",
               stacks.count < most ? (uint64_t)stacks.count : most, stacks.count);
        print_value(reading->profile, reading->type, sum);
        printf(", %s of ", percentage + strspn(percentage, " "));
        print_value(reading->profile, reading->type, reading->total);
        puts(" total");
    }
    for (uint32_t i = 0; has_memory && i < stacks.count && i < most; i++) {
        print_head(&at, &stacks.items[i], i + 1, stacks.count);
        has_memory = profile_stack_read(&at.stack, reading->profile, stacks.items[i].node);
        if (has_memory)
            print_frames(&at);
    }
    profile_stacks_deinit(&stacks);
    profile_stack_deinit(&at.stack);
    return has_memory ? NULL : error_no_memory();
}
