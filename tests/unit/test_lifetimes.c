/* SPDX-License-Identifier: Apache-2.0
 *
 * From the state's records to sums, to a file, and back; and what crafted states and files do.
 */
#include "collector/lifetime_sums.h"
#include "collector/lifetimes/sidecar.h"
#include "collector/profile/pprof_decode.h"
#include "collector/profile/pprof_encode.h"
#include "collector/state/reader.h"
#include "state_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct read {
    struct state_reader *reader;
    struct aggregate stacks;
    struct lifetimes lifetimes;
};

static void read_builder(struct read *read, struct state_builder *builder)
{
    struct error *error =
        state_reader_create_memory(builder->memory, builder->bytes, "test", &read->reader);
    if (error)
        fail_msg("%s", error_message(error));
    lifetimes_init(&read->lifetimes);
    assert_true(aggregate_init_stacks(&read->stacks));
    assert_true(lifetime_sums_read(&read->lifetimes, &read->stacks, read->reader));
}

static void read_deinit(struct read *read)
{
    lifetimes_deinit(&read->lifetimes);
    aggregate_deinit(&read->stacks);
    state_reader_destroy(read->reader);
}

/* --- sums --- */

static void shards_and_size_classes_of_a_stack_are_added_up(void **unused)
{
    (void)unused;
    struct state_builder builder;
    struct read read;
    state_builder_init(&builder, 12);
    uint32_t exe = state_builder_module(&builder, "/bin/app", 0x10000, 0x8000);
    uint32_t root = state_builder_node(&builder, 0, exe, 0x11000);
    uint32_t leaf = state_builder_node(&builder, root, exe, 0x12000);
    uint32_t freeing = state_builder_node(&builder, root, exe, 0x13000);
    uint32_t small = state_builder_site(&builder, 16, leaf);
    uint32_t large = state_builder_site(&builder, state_size_class(100), leaf);
    state_builder_cell(&builder, 1, small, 10, 160, 9, 144);
    state_builder_cell(&builder, 2, small, 5, 80, 5, 80);
    state_builder_cell(&builder, 1, large, 3, 300, 3, 300);
    for (uint32_t shard = 1; shard <= 2; shard++) {
        struct state_life *life = state_builder_life(&builder, shard, leaf);
        life->followed = 9;
        life->ended_at[0] = 4;
        life->ended_at[15] = shard;
        life->began_at[3] = 2;
        life->live_max = 7;
        life->size_min = shard * 10;
        life->size_max = shard * 100;
        life->copied_bytes = UINT64_MAX - 5;
        state_builder_freed_at(&builder, shard, leaf, freeing, 4);
    }
    state_builder_freed_at(&builder, 1, leaf, root, 100);
    read_builder(&read, &builder);
    const struct lifetimes *all = &read.lifetimes;
    assert_int_equal(all->stack_count, 1);
    const struct lifetime *life = &all->stacks[0].life;
    assert_int_equal(life->allocated, 18);
    assert_int_equal(life->freed_bytes, 524);
    assert_int_equal(life->followed, 18);
    assert_int_equal(lifetime_ended(life), 11);
    assert_int_equal(lifetime_ended_inside(life, 14), 8);
    assert_int_equal(lifetime_activations(life, 2), 4);
    assert_int_equal(lifetime_activations(life, 3), 0);
    assert_int_equal(life->live_max, 14);
    assert_int_equal(life->size_min, 10);
    assert_int_equal(life->size_max, 200);
    assert_true(life->copied_bytes == UINT64_MAX);
    assert_int_equal(all->stacks[0].size_count, 2);
    assert_int_equal(all->sizes[0].bytes, 16);
    assert_int_equal(all->sizes[0].objects, 15);
    assert_int_equal(all->stacks[0].free_count, 2);
    assert_int_equal(all->frees[0].count, 100); /* the most frequent first */
    assert_int_equal(all->frees[1].count, 8);
    read_deinit(&read);
    state_builder_deinit(&builder);
}

static void records_of_nodes_that_are_none_are_of_an_unknown_stack(void **unused)
{
    (void)unused;
    struct state_builder builder;
    struct read read;
    state_builder_example(&builder);
    state_builder_life(&builder, 1, 0x00ffffff)->followed = 3;
    state_builder_life(&builder, 200, 0x00ffffff)->followed = 1000; /* no such shard */
    state_builder_freed_at(&builder, 1, 0x1234567, 0xfffffff0, 5);
    read_builder(&read, &builder);
    uint64_t followed = 0;
    for (uint32_t i = 0; i < read.lifetimes.stack_count; i++)
        followed += read.lifetimes.stacks[i].life.followed;
    assert_int_equal(followed, 3);
    assert_int_equal(read.lifetimes.free_count, 1);
    read_deinit(&read);
    state_builder_deinit(&builder);
}

/* Whatever bytes the tables hold, reading ends and is inside of the state. */
static void random_records_are_read_to_an_end(void **unused)
{
    (void)unused;
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct state_builder builder;
        struct read read;
        srand(seed);
        state_builder_example(&builder);
        for (int i = 0; i < 20; i++) {
            unsigned char *life = (unsigned char *)state_builder_life(&builder, 1, 1);
            for (size_t b = 0; b < sizeof(struct state_life); b++)
                life[b] = (unsigned char)rand();
            state_builder_freed_at(&builder, (uint32_t)rand() % 65, (uint32_t)rand(),
                                   (uint32_t)rand(), (uint32_t)rand());
        }
        read_builder(&read, &builder);
        read_deinit(&read);
        state_builder_deinit(&builder);
    }
}

/* --- the file --- */

/* The lifetimes of a small state, as the profile that is written. */
static struct profile *small_file(void)
{
    struct state_builder builder;
    struct read read;
    state_builder_example(&builder);
    uint32_t root = state_builder_node(&builder, 0, 1, 0x11500);
    uint32_t leaf = state_builder_node(&builder, root, 1, 0x11600);
    struct state_life *life = state_builder_life(&builder, 1, leaf);
    life->followed = 12345;
    life->ended_at[2] = 12000;
    life->final_size[23] = 1;
    life->size_min = 8;
    state_builder_freed_at(&builder, 1, leaf, root, 77);
    read_builder(&read, &builder);
    read.lifetimes.interval_bytes = 1;
    read.lifetimes.windows = 8;
    read.lifetimes.run_ns = 5000;
    read.lifetimes.profile = read.stacks.profile;
    read.stacks.profile = NULL;
    assert_true(sidecar_fill(&read.lifetimes));
    struct profile *profile = read.lifetimes.profile;
    read.lifetimes.profile = NULL;
    read_deinit(&read);
    state_builder_deinit(&builder);
    return profile;
}

/* Through a file's bytes. */
static struct profile *again(struct profile *profile)
{
    static char bytes[1 << 16];
    int fd = memfd_create("lifetimes", MFD_CLOEXEC);
    assert_null(pprof_encode(profile, fd, "test", NULL, NULL));
    ssize_t count = pread(fd, bytes, sizeof(bytes), 0);
    close(fd);
    profile_destroy(profile);
    assert_null(pprof_decode(bytes, (size_t)count, "test", &profile));
    return profile;
}

static void a_file_says_what_was_summed(void **unused)
{
    (void)unused;
    struct lifetimes lifetimes;
    assert_null(sidecar_understand(&lifetimes, again(small_file()), "test"));
    assert_int_equal(lifetimes.windows, 8);
    assert_int_equal(lifetimes.run_ns, 5000);
    const struct lifetimes_stack *last = &lifetimes.stacks[lifetimes.stack_count - 1];
    assert_int_equal(last->life.followed, 12345);
    assert_int_equal(last->life.ended_at[2], 12000);
    assert_int_equal(last->life.final_size[23], 1);
    assert_int_equal(last->life.size_min, 8);
    assert_int_equal(last->free_count, 1);
    assert_int_equal(lifetimes.frees[last->free_first].count, 77);
    assert_int_equal(lifetimes.stacks[0].size_count, 2);
    lifetimes_deinit(&lifetimes);
}

static void refused(struct profile *profile, const char *why)
{
    struct lifetimes lifetimes;
    struct error *error = sidecar_understand(&lifetimes, profile, "FILE");
    assert_non_null(error);
    if (!strstr(error_message(error), why))
        fail_msg("'%s' does not say '%s'", error_message(error), why);
    error_destroy(error);
    lifetimes_deinit(&lifetimes);
}

static void set_comment(struct profile *profile, const char *from, const char *to)
{
    for (uint32_t i = 0; i < profile->comments.count; i++) {
        char *text = profile->bytes.items + profile->strings.items[profile->comments.items[i]];
        if (strcmp(text, from) == 0)
            memcpy(text, to, strlen(to) + 1);
    }
}

static void what_is_no_file_of_lifetimes_is_refused(void **unused)
{
    (void)unused;
    struct profile *profile = small_file();
    set_comment(profile, "memprof: lifetimes 1", "memprof: lifetimes 2");
    refused(profile, "its format is 2");
    profile = small_file();
    set_comment(profile, "memprof: lifetimes 1", "memprof: lifes 1");
    refused(profile, "no file of lifetimes");
    profile = small_file();
    set_comment(profile, "memprof: lifetimes_interval 1", "memprof: lifetimes_interval 0");
    refused(profile, "how it was recorded");
    profile = small_file();
    profile->types.items[1] = profile->types.items[0];
    refused(profile, "its values");
    profile = small_file();
    profile->labels.items[profile->samples.items[0].label_first].number = 2;
    refused(profile, "not in order");
    profile = small_file();
    profile->labels.items[profile->samples.items[0].label_first + 1].number = -1;
    refused(profile, "below zero");
    profile = small_file();
    uint32_t last = profile->samples.count - 1;
    profile->labels.items[profile->samples.items[last].label_first].number = 1000;
    refused(profile, "not there");
}

static void the_file_is_named_after_the_profile(void **unused)
{
    (void)unused;
    static const char *const names[][2] = {
        {"memprof.app.12.pb.gz", "memprof.app.12.lifetimes.gz"},
        {"/tmp/app.pb.gz.123.2", "/tmp/app.lifetimes.gz.123.2"},
        {"x.pb.gz.d/app", "x.pb.gz.d/app.lifetimes.gz"},
        {"app", "app.lifetimes.gz"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char *name = sidecar_name(names[i][0]);
        assert_string_equal(name, names[i][1]);
        free(name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shards_and_size_classes_of_a_stack_are_added_up),
        cmocka_unit_test(records_of_nodes_that_are_none_are_of_an_unknown_stack),
        cmocka_unit_test(random_records_are_read_to_an_end),
        cmocka_unit_test(a_file_says_what_was_summed),
        cmocka_unit_test(what_is_no_file_of_lifetimes_is_refused),
        cmocka_unit_test(the_file_is_named_after_the_profile),
    };
    return cmocka_run_group_tests_name("lifetimes", tests, NULL, NULL);
}
