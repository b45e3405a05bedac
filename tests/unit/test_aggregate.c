/* SPDX-License-Identifier: Apache-2.0
 *
 * From sites to samples: what is merged, clamped, left out, and what a crafted
 * tree of stacks can do.
 */
#include "collector/aggregate.h"
#include "collector/state/reader.h"
#include "state_builder.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* NULL: the state was refused, which only `may_fail` states may be. */
static struct profile *aggregate_memory(struct state_builder *builder, bool may_fail)
{
    struct state_reader *reader = NULL;
    struct error *error =
        state_reader_create_memory(builder->memory, builder->bytes, "test", &reader);
    if (error && !may_fail)
        fail_msg("%s", error_message(error));
    error_destroy(error);
    if (!reader)
        return NULL;
    struct counts counts;
    struct aggregate aggregate;
    assert_true(counts_init(&counts, reader));
    assert_true(aggregate_init(&aggregate));
    assert_true(aggregate_update(&aggregate, reader, &(struct counts_view){&counts, NULL}));
    struct profile *profile = aggregate.profile;
    aggregate.profile = NULL;
    aggregate_deinit(&aggregate);
    counts_deinit(&counts);
    state_reader_destroy(reader);
    return profile;
}

static struct profile *aggregate_builder(struct state_builder *builder)
{
    return aggregate_memory(builder, false);
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

struct scribbler {
    struct state_builder *builder;
    _Atomic bool is_over;
};

/* Writes nonsense all over the tables: offsets, indexes, counters, the chunk table. */
static void *scribble(void *argument)
{
    struct scribbler *scribbler = argument;
    uint64_t random = 88172645463325252u;
    while (!scribbler->is_over) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        uint64_t at = STATE_HEADER_BYTES + random % (scribbler->builder->bytes - 4200);
        uint32_t value = (uint32_t)(random >> 33) >> (random >> 59);
        __atomic_store_n((uint32_t *)(scribbler->builder->memory + (at & ~UINT64_C(3))), value,
                         __ATOMIC_RELAXED);
        __atomic_store_n((uint32_t *)&state_builder_header(scribbler->builder)->chunks_used,
                         (uint32_t)random % 24, __ATOMIC_RELAXED);
    }
    return NULL;
}

static void a_writer_gone_mad_is_survived(void **unused)
{
    (void)unused;
    for (int round = 0; round < 20; round++) {
        struct state_builder builder;
        struct scribbler scribbler = {.builder = &builder};
        pthread_t thread;
        state_builder_example(&builder);
        assert_int_equal(pthread_create(&thread, NULL, scribble, &scribbler), 0);
        for (int i = 0; i < 50; i++) {
            struct profile *profile = aggregate_memory(&builder, true);
            for (uint32_t at = 0; profile && at < profile->samples.count; at++)
                for (int type = 0; type < 2; type++)
                    assert_true(values_of(profile, at)[type] >= values_of(profile, at)[type + 2]);
            profile_destroy(profile);
        }
        scribbler.is_over = true;
        pthread_join(thread, NULL);
        state_builder_deinit(&builder);
    }
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
        cmocka_unit_test(a_writer_gone_mad_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
