/* SPDX-License-Identifier: Apache-2.0
 *
 * A stack is a line with its values, then a line for each frame, the leaf first.
 */
#include "tools/top/stacks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/profile/stacks.h"
#include "tools/cli.h"
#include "tools/frames.h"

#define STACKS_DEFAULT 5
#define SIZES_SHOWN    4

struct printing {
    const struct reading *reading;
    const struct top_options *options;
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
        has_memory = frames_print(reading->profile, stacks.items[i].node, options->frames);
    }
    profile_stacks_deinit(&stacks);
    return has_memory ? NULL : error_no_memory();
}
