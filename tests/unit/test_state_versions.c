/* SPDX-License-Identifier: Apache-2.0
 *
 * States of other builds: older ones, and ones that have more of everything.
 */
#include "collector/state/counts.h"
#include "collector/state/header.h"
#include "collector/state/reader.h"
#include "collector/state/tables.h"
#include "state_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct state_reader *open_builder(struct state_builder *builder)
{
    struct state_reader *reader = NULL;
    struct error *error =
        state_reader_create_memory(builder->memory, builder->bytes, "test", &reader);
    if (error)
        fail_msg("%s", error_message(error));
    return reader;
}

static void expect_refusal(struct state_builder *builder, const char *why)
{
    struct state_reader *reader = NULL;
    struct error *error =
        state_reader_create_memory(builder->memory, builder->bytes, "test", &reader);
    assert_non_null(error);
    if (!strstr(error_message(error), why))
        fail_msg("%s: %s", why, error_message(error));
    error_destroy(error);
}

/* What state_builder_example() put in. */
static void expect_example(struct state_builder *builder)
{
    struct state_reader *reader = open_builder(builder);
    uint32_t count;
    const struct state_reader_site *sites = state_reader_sites(reader, &count);
    struct state_reader_counts *counts = calloc(count, sizeof(*counts)), totals;
    struct state_reader_node node;
    struct state_reader_peak peak;
    state_reader_counts(reader, counts);
    assert_string_equal(state_reader_info(reader)->exe, "/usr/bin/example");
    assert_int_equal(state_reader_info(reader)->samples, 42);
    assert_int_equal(counts[1].allocated_bytes, 240);
    assert_int_equal(counts[1].freed_objects, 10);
    assert_int_equal(counts[3].allocated_bytes, 28672);
    assert_int_equal(sites[1].size_class, 16);
    assert_true(state_reader_node(reader, sites[1].node, &node));
    assert_int_equal(node.pc, 0x51000);
    assert_true(state_reader_node(reader, node.parent, &node));
    assert_int_equal(node.pc, 0x12000);
    assert_string_equal(state_reader_modules(reader, &count)[2].path, "/usr/lib/libexample.so");
    state_reader_totals(reader, &totals);
    assert_int_equal(totals.allocated_objects, 25);
    assert_int_equal(totals.freed_bytes, 460);
    /* It keeps no peak: that is told, and the counts are those of now. */
    assert_true(state_reader_counts_at_peak(reader, counts, &peak));
    assert_true(!peak.is_known && peak.bytes == 29212 - 460);
    free(counts);
    state_reader_destroy(reader);
    state_builder_deinit(builder);
}

static void the_first_version_is_read(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_example(&builder);
    state_builder_first_version(&builder);
    expect_example(&builder);
}

static void what_a_later_build_has_more_is_skipped(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_later_example(&builder);
    struct state_reader *reader = open_builder(&builder);
    uint32_t id = 0, bytes = 0;
    assert_true(state_reader_foreign_table(reader, 0, &id, &bytes));
    assert_true(id == STATE_TABLE_LATER && bytes == 48);
    assert_false(state_reader_foreign_table(reader, 1, &id, &bytes));
    state_reader_destroy(reader);
    expect_example(&builder);
}

static void what_a_later_build_requires_is_refused_by_name(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_later_example(&builder);
    state_builder_header(&builder)->features_required = 4;
    expect_refusal(&builder,
                   "memprof 9.8.7 wrote it with features (0x4) that memprof " MEMPROF_VERSION
                   " does not know");
    state_builder_header(&builder)->version = 3;
    expect_refusal(&builder, "it has version 3, and memprof " MEMPROF_VERSION " reads 1 to 2");
    state_builder_deinit(&builder);
}

static void a_directory_that_cannot_be_is_refused(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_example(&builder);
    struct state_header *header = state_builder_header(&builder), whole = *header;
    header->directory_count = UINT32_MAX;
    expect_refusal(&builder, "directory");
    *header = whole;
    header->directory_offset = 8;
    expect_refusal(&builder, "directory");
    *header = whole;
    header->header_bytes = 600;
    expect_refusal(&builder, "contradicts");
    *header = whole;
    header->header_bytes = STATE_HEADER_BYTES + 8;
    expect_refusal(&builder, "contradicts");
    static const uint32_t impossible[] = {0, 8, 36, 44, UINT32_MAX - 7};
    for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
        *header = whole;
        header->directory[STATE_TABLE_COUNTERS - 1].record_bytes = impossible[i];
        expect_refusal(&builder, "records");
    }
    *header = whole;
    header->directory[STATE_TABLE_NODES - 1].record_bytes = 24;
    expect_refusal(&builder, "records");
    state_builder_deinit(&builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_version_is_read),
        cmocka_unit_test(what_a_later_build_has_more_is_skipped),
        cmocka_unit_test(what_a_later_build_requires_is_refused_by_name),
        cmocka_unit_test(a_directory_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
