/* SPDX-License-Identifier: Apache-2.0
 *
 * Fewer samples: which ones go, where their sums are afterwards, and that nothing
 * is lost on the way.
 */
#include "collector/profile/fold.h"
#include "collector/profile/pprof_encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static struct profile *profile_with_types(void)
{
    struct profile *profile = profile_create();
    profile_add_type(profile, "alloc_objects", "count");
    profile_add_type(profile, "alloc_space", "bytes");
    profile_add_type(profile, "inuse_objects", "count");
    profile_add_type(profile, "inuse_space", "bytes");
    return profile;
}

static void add_locations(struct profile *profile, unsigned count)
{
    for (unsigned i = 1; i <= count; i++) {
        struct profile_location location = {.address = 0x1000 + i};
        assert_int_equal(profile_add_location(profile, &location), i);
    }
}

/* The stack's locations are the characters of `stack`, outermost first: 'a' is 1. */
static uint32_t add_sample(struct profile *profile, const char *stack, int64_t bytes,
                           int64_t allocated, int64_t inuse)
{
    uint32_t node = 0;
    for (; *stack; stack++)
        node = profile_intern_node(profile, node, (uint32_t)(*stack - 'a' + 1));
    struct profile_label label = {.key = profile_intern_string(profile, "bytes"),
                                  .unit = profile_intern_string(profile, "bytes"),
                                  .number = bytes};
    struct profile_sample sample = {node, profile_add_label(profile, &label), 1};
    const int64_t values[] = {allocated, allocated * bytes, inuse, inuse * bytes};
    profile_add_sample(profile, &sample, values);
    return node;
}

static const int64_t *values_of(const struct profile *profile, uint32_t sample)
{
    return &profile->values.items[(size_t)sample * PROFILE_VALUES];
}

static bool is_folded(const struct profile *profile, uint32_t node)
{
    const struct profile_location *location =
        &profile->locations.items[profile->nodes.items[node].location];
    if (node == 0 || location->line_count == 0)
        return false;
    uint32_t function = profile->lines.items[location->line_first].function;
    return strcmp(profile_string(profile, profile->functions.items[function].name), "[folded]") ==
           0;
}

/* "abc 100" or "ab[folded] 60": stack by addresses and alloc_space. */
static void expect_sample(const struct profile *profile, uint32_t sample, const char *wanted)
{
    char text[64], *at = text + 32;
    uint32_t node = profile->samples.items[sample].node;
    snprintf(at, 32, "%s %jd", is_folded(profile, node) ? "[folded]" : "",
             (intmax_t)values_of(profile, sample)[PROFILE_ALLOC_SPACE]);
    if (is_folded(profile, node)) {
        assert_int_equal(profile->samples.items[sample].label_count, 0);
        node = profile->nodes.items[node].parent;
    }
    for (; node; node = profile->nodes.items[node].parent)
        *--at = (char)(profile->locations.items[profile->nodes.items[node].location].address -
                       0x1001 + 'a');
    assert_string_equal(at, wanted);
}

static void the_smallest_go_to_their_callers(void **unused)
{
    (void)unused;
    struct profile *profile = profile_with_types();
    add_locations(profile, 9);
    add_sample(profile, "abd", 10, 100, 50);
    add_sample(profile, "abe", 10, 3, 1);
    add_sample(profile, "acg", 10, 60, 0);
    add_sample(profile, "abf", 10, 2, 2);
    add_sample(profile, "abe", 20, 1, 1); /* the same stack, another size */
    add_sample(profile, "ach", 10, 50, 0);
    assert_true(fold_samples(profile, 4));
    assert_int_equal(profile->samples.count, 4);
    expect_sample(profile, 0, "abd 1000");
    expect_sample(profile, 1, "acg 600");
    expect_sample(profile, 2, "ach 500");
    expect_sample(profile, 3, "ab[folded] 70");
    assert_int_equal(values_of(profile, 3)[PROFILE_ALLOC_OBJECTS], 6);
    assert_int_equal(values_of(profile, 3)[PROFILE_INUSE_OBJECTS], 4);
    assert_int_equal(values_of(profile, 3)[PROFILE_INUSE_SPACE], 50);
    assert_int_equal(profile->locations.count, 1 + 6 + 1); /* e, f and i are gone */
    assert_int_equal(profile->comments.count, 1);
    assert_string_equal(profile_string(profile, profile->comments.items[0]),
                        "memprof: 3 of 6 samples are folded into 1 named [folded]");
    profile_destroy(profile);
}

static void what_stays_alone_goes_further_out(void **unused)
{
    (void)unused;
    struct profile *profile = profile_with_types();
    add_locations(profile, 9);
    add_sample(profile, "abcd", 10, 100, 0);
    add_sample(profile, "abee", 1, 7, 0);
    add_sample(profile, "abff", 1, 8, 0);
    add_sample(profile, "g", 1, 900, 0);
    assert_true(fold_samples(profile, 3));
    assert_int_equal(profile->samples.count, 3);
    expect_sample(profile, 2, "ab[folded] 15");
    profile_destroy(profile);
    profile = profile_with_types();
    add_locations(profile, 9);
    add_sample(profile, "a", 1, 5, 0);
    add_sample(profile, "bc", 1, 6, 0);
    assert_true(fold_samples(profile, 1));
    assert_int_equal(profile->samples.count, 1);
    expect_sample(profile, 0, "[folded] 11");
    profile_destroy(profile);
}

static unsigned char *encode(const struct profile *profile, size_t *count)
{
    int fd = memfd_create("profile", 0);
    assert_null(pprof_encode(profile, fd, "test", NULL, NULL));
    *count = (size_t)lseek(fd, 0, SEEK_END);
    unsigned char *bytes = malloc(*count);
    assert_int_equal(pread(fd, bytes, *count, 0), *count);
    close(fd);
    return bytes;
}

static void a_profile_that_fits_is_the_same_to_the_byte(void **unused)
{
    (void)unused;
    struct profile *profile = profile_with_types();
    add_locations(profile, 5); /* one is not used */
    add_sample(profile, "abc", 10, 3, 1);
    add_sample(profile, "abd", 10, 2, 1);
    size_t before_count, after_count;
    unsigned char *before = encode(profile, &before_count);
    assert_true(fold_samples(profile, 2) && fold_samples(profile, UINT32_MAX));
    unsigned char *after = encode(profile, &after_count);
    assert_int_equal(before_count, after_count);
    assert_memory_equal(before, after, after_count);
    free(before);
    free(after);
    profile_destroy(profile);
}

/* --- any profile --- */

/* The same numbers in every run. */
static uint32_t random_below(uint64_t *state, uint32_t bound)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*state >> 33) % bound);
}

/* Stacks that share outer frames, recursion, several sizes per stack, equal values. */
static struct profile *random_profile(uint64_t seed, uint32_t count, uint32_t depth)
{
    struct profile *profile = profile_with_types();
    uint64_t random = seed << 32;
    add_locations(profile, 26);
    char stack[256];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t frames = 1 + random_below(&random, depth), choices = 2 + (uint32_t)seed % 3;
        for (uint32_t f = 0; f < frames; f++)
            stack[f] = (char)('a' + random_below(&random, choices));
        stack[frames] = '\0';
        uint32_t allocated = 1 + random_below(&random, seed % 2 ? 3 : 100000);
        /* A size of its own makes it unique. */
        add_sample(profile, stack, seed % 4 ? i + 1 : 16, allocated,
                   random_below(&random, allocated + 1));
    }
    return profile;
}

/* Of each node, what is below it and at it. */
static int64_t *cumulate(const struct profile *profile)
{
    int64_t *sums = calloc((size_t)profile->nodes.count * PROFILE_VALUES, sizeof(*sums));
    for (uint32_t i = 0; i < profile->samples.count; i++)
        for (uint32_t node = profile->samples.items[i].node;;
             node = profile->nodes.items[node].parent) {
            for (unsigned v = 0; v < PROFILE_VALUES; v++)
                sums[(size_t)node * PROFILE_VALUES + v] += values_of(profile, i)[v];
            if (node == 0)
                break;
        }
    return sums;
}

static void check_samples(const struct profile *profile, uint32_t before, uint32_t before_labels)
{
    uint8_t *seen = calloc(profile->nodes.count, 1), *is_kept = calloc(before_labels + 1, 1);
    uint32_t folded = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const struct profile_sample *sample = &profile->samples.items[i];
        const int64_t *values = values_of(profile, i);
        assert_true(values[0] >= values[2] && values[2] >= 0);
        assert_true(values[1] >= values[3] && values[3] >= 0);
        if (is_folded(profile, sample->node)) {
            assert_int_equal(sample->label_count, 0);
            assert_int_equal(seen[sample->node], 0); /* once per stack */
            seen[sample->node] = 1;
            folded++;
        } else { /* as it was: each had a label of its own */
            assert_int_equal(sample->label_count, 1);
            assert_int_equal(is_kept[sample->label_first], 0);
            is_kept[sample->label_first] = 1;
        }
        for (uint32_t n = profile->nodes.items[sample->node].parent; n != 0;
             n = profile->nodes.items[n].parent)
            assert_false(is_folded(profile, n)); /* only ever the leaf */
    }
    char text[128];
    snprintf(text, sizeof(text), "memprof: %u of %u samples are folded into %u named [folded]",
             before - (profile->samples.count - folded), before, folded);
    assert_string_equal(profile_string(profile, profile->comments.items[0]), text);
    free(seen);
    free(is_kept);
}

static void nothing_is_lost_and_nothing_goes_astray(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= 120; seed++) {
        static const uint32_t caps[] = {1, 2, 7, 100, 290, 299};
        uint32_t cap = caps[seed % 6];
        struct profile *profile = random_profile(seed, 300, 1 + seed % 15);
        uint32_t nodes = profile->nodes.count;
        int64_t *before = cumulate(profile), largest_gone = 0, smallest_left = INT64_MAX;
        bool is_left[301] = {false};
        int64_t weights[300];
        for (uint32_t i = 0; i < 300; i++)
            weights[i] = values_of(profile, i)[PROFILE_ALLOC_SPACE];
        assert_true(fold_samples(profile, cap));
        assert_in_range(profile->samples.count, 1, cap);
        check_samples(profile, 300, 300);
        int64_t *after = cumulate(profile);
        for (unsigned v = 0; v < PROFILE_VALUES; v++)
            assert_true(before[v] == after[v] && after[v] == profile_total(profile, (int)v));
        for (size_t i = 0; i < (size_t)nodes * PROFILE_VALUES; i++)
            assert_true(after[i] <= before[i]); /* only ever outwards */
        for (uint32_t i = 0; i < profile->samples.count; i++)
            if (profile->samples.items[i].label_count)
                is_left[profile->samples.items[i].label_first] = true;
        for (uint32_t i = 0; i < 300; i++) {
            if (is_left[i] && weights[i] < smallest_left)
                smallest_left = weights[i];
            if (!is_left[i] && weights[i] > largest_gone)
                largest_gone = weights[i];
        }
        assert_true(largest_gone <= smallest_left);
        free(before);
        free(after);
        profile_destroy(profile);
    }
}

static void large_profiles_take_no_time(void **unused)
{
    (void)unused;
    struct profile *profile = random_profile(2, 100000, 100); /* quadratic work would be felt */
    int64_t total = profile_total(profile, PROFILE_ALLOC_SPACE);
    assert_true(fold_samples(profile, 16000));
    assert_in_range(profile->samples.count, 15000, 16000); /* no more than needed */
    assert_true(profile_total(profile, PROFILE_ALLOC_SPACE) == total);
    assert_true(fold_samples(profile, 16000));
    profile_destroy(profile);
}

static void a_sum_over_63_bits_stays_there(void **unused)
{
    (void)unused;
    struct profile *profile = profile_with_types();
    add_locations(profile, 3);
    add_sample(profile, "ab", 1, INT64_MAX, 5);
    add_sample(profile, "ac", 1, INT64_MAX, INT64_MAX);
    assert_true(fold_samples(profile, 1));
    assert_int_equal(profile->samples.count, 1);
    assert_true(values_of(profile, 0)[PROFILE_ALLOC_SPACE] == INT64_MAX);
    assert_true(values_of(profile, 0)[PROFILE_INUSE_SPACE] == INT64_MAX);
    profile_destroy(profile);
}

/* One of any number of types, with one value in the first and differences in the others. */
static struct profile *with_types(uint32_t types)
{
    struct profile *profile = profile_create();
    add_locations(profile, 10);
    for (uint32_t i = 0; i < types; i++) {
        char name[16];
        snprintf(name, sizeof(name), "type%u", i);
        assert_true(profile_add_type(profile, name, "count"));
    }
    for (uint32_t i = 0; i < 9; i++) {
        int64_t *values = malloc(types * sizeof(*values)); /* not a value more than there are */
        struct profile_sample sample = {.node = profile_intern_node(profile, 0, 1 + i)};
        for (uint32_t type = 0; type < types; type++)
            values[type] = (type % 2 ? -1 : 1) * (int64_t)(i + 1) * (type + 1);
        assert_int_equal(profile_add_sample(profile, &sample, values), i);
        free(values);
    }
    return profile;
}

static void any_number_of_types_is_folded(void **unused)
{
    (void)unused;
    for (uint32_t types = 1; types <= 9; types++) {
        struct profile *profile = with_types(types);
        int64_t totals[9];
        for (uint32_t i = 0; i < types; i++)
            totals[i] = profile_total(profile, (int)i);
        assert_true(fold_samples(profile, 4));
        assert_int_equal(profile->samples.count, 4);
        assert_int_equal(profile->values.count, 4 * types);
        for (uint32_t i = 0; i < types; i++)
            assert_int_equal(profile_total(profile, (int)i), totals[i]);
        /* The largest stay, also where what shows is negative. */
        assert_int_equal(profile->values.items[0], 7);
        profile_destroy(profile);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_go_to_their_callers),
        cmocka_unit_test(what_stays_alone_goes_further_out),
        cmocka_unit_test(a_profile_that_fits_is_the_same_to_the_byte),
        cmocka_unit_test(nothing_is_lost_and_nothing_goes_astray),
        cmocka_unit_test(large_profiles_take_no_time),
        cmocka_unit_test(a_sum_over_63_bits_stays_there),
        cmocka_unit_test(any_number_of_types_is_folded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
