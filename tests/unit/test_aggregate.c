/* SPDX-License-Identifier: Apache-2.0
 *
 * From sites to samples: what is merged, clamped, left out, and what a crafted
 * tree of stacks can do.
 */
#include "collector/aggregate.h"
#include "state_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct profile *aggregate_builder(struct state_builder *builder)
{
    struct state_reader *reader = NULL;
    struct error *error =
        state_reader_create_memory(builder->memory, builder->bytes, "test", &reader);
    if (error)
        fail_msg("%s", error_message(error));
    uint32_t count;
    const struct module *modules = state_reader_modules(reader, &count);
    struct mappings mappings;
    struct profile *profile = profile_create();
    assert_true(mappings_init(&mappings, profile, modules, count));
    assert_true(aggregate(reader, &mappings, profile));
    mappings_deinit(&mappings);
    state_reader_destroy(reader);
    return profile;
}

static const int64_t *values_of(const struct profile *profile, uint32_t sample)
{
    return &profile->values.items[sample * PROFILE_VALUES];
}

static unsigned depth_of(const struct profile *profile, uint32_t sample)
{
    unsigned depth = 0;
    for (uint32_t node = profile->samples.items[sample].node; node != 0; depth++)
        node = profile->nodes.items[node].parent;
    return depth;
}

static void sites_become_samples(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_example(&builder);
    struct profile *profile = aggregate_builder(&builder);
    assert_int_equal(profile->samples.count, 3);
    assert_int_equal(values_of(profile, 0)[PROFILE_ALLOC_OBJECTS], 15);
    assert_int_equal(values_of(profile, 0)[PROFILE_INUSE_OBJECTS], 5);
    assert_int_equal(values_of(profile, 1)[PROFILE_INUSE_SPACE], 0);
    assert_int_equal(profile_total(profile, PROFILE_ALLOC_SPACE), 240 + 300 + 28672);
    assert_int_equal(depth_of(profile, 0), 3);
    assert_int_equal(profile->labels.items[1].number, 112); /* the class of 100 */
    assert_string_equal(profile_string(profile, profile->labels.items[1].unit), "bytes");
    assert_int_equal(profile->mappings.count, 3);
    assert_int_equal(profile->mappings.items[1].start, 0x11000);
    assert_int_equal(profile->mappings.items[1].limit, 0x18000);
    profile_destroy(profile);
    state_builder_deinit(&builder);
}

static void equal_stacks_and_classes_are_one_sample(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_init(&builder, 12);
    uint32_t module = state_builder_module(&builder, "/bin/x", 0x10000, 0x8000);
    for (int i = 0; i < 3; i++) {
        uint32_t root = state_builder_node(&builder, 0, module, 0x11000);
        uint32_t leaf = state_builder_node(&builder, root, module, 0x12000);
        uint32_t site = state_builder_site(&builder, i == 2 ? 17 : 16, leaf);
        state_builder_cell(&builder, 1, site, 2, 32, 0, 0);
    }
    struct profile *profile = aggregate_builder(&builder);
    assert_int_equal(profile->samples.count, 2);
    assert_int_equal(values_of(profile, 0)[PROFILE_ALLOC_OBJECTS], 4);
    assert_int_equal(profile->nodes.count, 3);
    profile_destroy(profile);
    state_builder_deinit(&builder);
}

static void inuse_is_never_negative_and_nothing_is_left_out(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_init(&builder, 12);
    uint32_t module = state_builder_module(&builder, "/bin/x", 0x10000, 0x8000);
    uint32_t node = state_builder_node(&builder, 0, module, 0x11000);
    state_builder_cell(&builder, 1, state_builder_site(&builder, 1, node), 1, 1, 5, 5);
    state_builder_cell(&builder, 1, state_builder_site(&builder, 2, node), 0, 0, 0, 0);
    state_builder_cell(&builder, 1, state_builder_site(&builder, 0, node), 4, 0, 0, 0);
    state_builder_cell(&builder, 1, state_builder_site(&builder, 3, node), UINT64_MAX, UINT64_MAX,
                       0, 0);
    struct profile *profile = aggregate_builder(&builder);
    assert_int_equal(profile->samples.count, 3);
    assert_int_equal(values_of(profile, 0)[PROFILE_INUSE_SPACE], 0);
    assert_int_equal(values_of(profile, 1)[PROFILE_ALLOC_OBJECTS], 4);
    assert_int_equal(values_of(profile, 2)[PROFILE_ALLOC_SPACE], INT64_MAX);
    profile_destroy(profile);
    state_builder_deinit(&builder);
}

static void a_cycle_of_frames_is_an_unknown_stack(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_init(&builder, 64);
    uint32_t module = state_builder_module(&builder, "/bin/x", 0x10000, 0x8000);
    uint32_t first = state_builder_node(&builder, 0, module, 0x11000);
    uint32_t second = state_builder_node(&builder, first, module, 0x12000);
    state_builder_node_at(&builder, first)->parent = second;
    uint32_t alone = state_builder_node(&builder, 0, module, 0x13000);
    state_builder_node_at(&builder, alone)->parent = alone;
    for (uint32_t i = 0; i < 20000; i++) /* quadratic work would be felt */
        state_builder_cell(
            &builder, 1, state_builder_site(&builder, i % 64, i % 3 ? second : alone), 1, 1, 0, 0);
    struct profile *profile = aggregate_builder(&builder);
    assert_int_equal(profile->samples.count, 64);
    assert_int_equal(depth_of(profile, 0), 1);
    assert_int_equal(profile_total(profile, PROFILE_ALLOC_OBJECTS), 20000);
    profile_destroy(profile);
    state_builder_deinit(&builder);
}

static void frames_outside_all_modules_have_no_mapping(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_init(&builder, 12);
    uint32_t module = state_builder_module(&builder, "/bin/x", 0x10000, 0x8000);
    uint32_t node = state_builder_node(&builder, 0, STATE_MODULE_PSEUDO, STATE_PC_TRUNCATED);
    node = state_builder_node(&builder, node, module, 0x10800);   /* before its code */
    node = state_builder_node(&builder, node, 500, 0x11000);      /* no such module */
    node = state_builder_node(&builder, node, module, 0x17fffff); /* behind it */
    state_builder_cell(&builder, 1, state_builder_site(&builder, 1, node), 1, 1, 0, 0);
    struct profile *profile = aggregate_builder(&builder);
    assert_int_equal(depth_of(profile, 0), 4);
    for (uint32_t i = 1; i < profile->locations.count; i++)
        assert_int_equal(profile->locations.items[i].mapping, 0);
    profile_destroy(profile);
    state_builder_deinit(&builder);
}

static void a_library_opened_again_is_one_mapping(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_init(&builder, 12);
    uint32_t exe = state_builder_module(&builder, "/bin/x (deleted)", 0x10000, 0x8000);
    uint32_t one = state_builder_module(&builder, "/lib/p.so", 0x50000, 0x8000);
    uint32_t same = state_builder_module(&builder, "/lib/p.so", 0x50000, 0x8000);
    uint32_t other = state_builder_module(&builder, "/lib/q.so", 0x50000, 0x8000);
    state_builder_module_at(&builder, exe)->is_executable = 0;
    state_builder_module_at(&builder, other)->is_executable = 1;
    uint32_t modules[] = {exe, one, same, other};
    for (int i = 0; i < 4; i++) {
        uint32_t node = state_builder_node(&builder, 0, modules[i], i ? 0x51000 : 0x11000);
        state_builder_cell(&builder, 1, state_builder_site(&builder, 1, node), 1, 1, 0, 0);
    }
    struct profile *profile = aggregate_builder(&builder);
    assert_int_equal(profile->mappings.count, 4);
    assert_int_equal(profile->samples.count, 3);
    assert_string_equal(profile_string(profile, profile->mappings.items[1].file), "/lib/q.so");
    assert_string_equal(profile_string(profile, profile->mappings.items[2].file), "/bin/x");
    profile_destroy(profile);
    state_builder_deinit(&builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_become_samples),
        cmocka_unit_test(equal_stacks_and_classes_are_one_sample),
        cmocka_unit_test(inuse_is_never_negative_and_nothing_is_left_out),
        cmocka_unit_test(a_cycle_of_frames_is_an_unknown_stack),
        cmocka_unit_test(frames_outside_all_modules_have_no_mapping),
        cmocka_unit_test(a_library_opened_again_is_one_mapping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
