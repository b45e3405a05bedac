/* SPDX-License-Identifier: Apache-2.0
 *
 * States as they are, damaged ones, and ones that change under the reader.
 */
#include "collector/state/counts.h"
#include "collector/state/header.h"
#include "collector/state/names.h"
#include "collector/state/reader.h"
#include "collector/state/tables.h"
#include "state_builder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

static void expect_refusal(struct state_builder *builder, size_t bytes, const char *why)
{
    struct state_reader *reader = NULL;
    struct error *error = state_reader_create_memory(builder->memory, bytes, "test", &reader);
    assert_non_null(error);
    assert_non_null(strstr(error_message(error), why));
    error_destroy(error);
}

static void the_header_is_copied(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_example(&builder);
    struct state_header *header = state_builder_header(&builder);
    header->run_id = 77;
    header->flags = STATE_FLAG_FIRST | STATE_FLAG_PINNED;
    header->lost[STATE_LOST_SITE] = 3;
    header->lost[STATE_LOST_GROWTH] = 1;
    struct state_reader *reader = open_builder(&builder);
    const struct state_info *info = state_reader_info(reader);
    assert_string_equal(info->exe, "/usr/bin/example");
    assert_string_equal(info->comm, "example");
    assert_null(info->out);
    assert_int_equal(info->run_id, 77);
    assert_true(info->is_first && info->is_pinned && !info->is_forked);
    assert_int_equal(info->samples, 42);
    assert_int_equal(state_info_lost(info), 3);
    state_reader_destroy(reader);
    state_builder_deinit(&builder);
}

static void counters_are_summed_over_buffers(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_example(&builder);
    struct state_reader *reader = open_builder(&builder);
    uint32_t count;
    const struct state_reader_site *sites = state_reader_sites(reader, &count);
    struct state_reader_counts *counts = calloc(count, sizeof(*counts));
    state_reader_counts(reader, counts);
    assert_int_equal(sites[1].size_class, 16);
    assert_int_equal(counts[1].allocated_objects, 15);
    assert_int_equal(counts[1].allocated_bytes, 240);
    assert_int_equal(counts[1].freed_objects, 10);
    assert_int_equal(counts[1].freed_bytes, 160);
    assert_int_equal(counts[3].allocated_bytes, 28672);
    free(counts);
    state_reader_destroy(reader);
    state_builder_deinit(&builder);
}

static void more_records_than_a_chunk_holds(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_init(&builder, 64);
    uint32_t module = state_builder_module(&builder, "/bin/x", 0x10000, 0x100000), node = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        node = state_builder_node(&builder, i % 50 ? node : 0, module, 0x11000 + i);
        uint32_t site = state_builder_site(&builder, i % 200, node);
        state_builder_cell(&builder, 1, site, 1, i, 0, 0);
    }
    struct state_reader *reader = open_builder(&builder);
    uint32_t count;
    const struct state_reader_site *sites = state_reader_sites(reader, &count);
    struct state_reader_counts *counts = calloc(count, sizeof(*counts));
    state_reader_counts(reader, counts);
    for (uint32_t i = 0; i < 5000; i++) {
        struct state_reader_node copy;
        assert_true(state_reader_node(reader, sites[i + 1].node, &copy));
        assert_int_equal(copy.pc, 0x11000 + i);
        assert_int_equal(counts[i + 1].allocated_bytes, i);
    }
    free(counts);
    state_reader_destroy(reader);
    state_builder_deinit(&builder);
}

static void what_is_no_state_is_refused(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_example(&builder);
    struct state_header *header = state_builder_header(&builder), whole = *header;
    expect_refusal(&builder, 0, "not a state");
    expect_refusal(&builder, sizeof(*header) - 1, "not a state");
    expect_refusal(&builder, sizeof(*header), "truncated");
    header->magic = 0;
    expect_refusal(&builder, builder.bytes, "not a state");
    *header = whole;
    header->version++;
    expect_refusal(&builder, builder.bytes, "version");
    *header = whole;
    header->chunk_bytes = 0;
    expect_refusal(&builder, builder.bytes, "contradicts");
    *header = whole;
    header->chunk_count = UINT32_MAX;
    expect_refusal(&builder, builder.bytes, "contradicts");
    *header = whole;
    header->chunks_offset = UINT64_MAX - 15;
    expect_refusal(&builder, builder.bytes, "contradicts");
    *header = whole;
    header->chunk_table_offset = header->state_bytes + 8;
    expect_refusal(&builder, builder.bytes, "contradicts");
    state_builder_deinit(&builder);
}

static void offsets_outside_their_table_name_nothing(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_example(&builder);
    struct state_header *header = state_builder_header(&builder);
    header->exe = builder.bytes - 4;
    header->comm = 16;
    header->cwd = UINT64_MAX - 3;
    state_builder_module_at(&builder, 1)->path = header->chunks_offset + 3 * 16384;
    struct state_reader *reader = open_builder(&builder);
    uint32_t count;
    struct state_reader_node node;
    assert_string_equal(state_reader_info(reader)->exe, "");
    assert_string_equal(state_reader_info(reader)->comm, "");
    assert_string_equal(state_reader_info(reader)->cwd, "");
    assert_string_equal(state_reader_modules(reader, &count)[1].path, "");
    assert_false(state_reader_node(reader, 0, &node));
    assert_false(state_reader_node(reader, 1, &node));
    assert_false(state_reader_node(reader, UINT32_MAX, &node));
    assert_false(state_reader_node(reader, (uint32_t)(header->chunks_offset / 16), &node));
    state_reader_destroy(reader);
    state_builder_deinit(&builder);
}

/* What a process had begun to write when it was killed: the word that publishes it is 0. */
static void what_is_not_published_is_not_there(void **unused)
{
    (void)unused;
    struct state_builder builder;
    struct state_reader_node copy;
    uint32_t count;
    state_builder_init(&builder, 16);
    uint32_t module = state_builder_module(&builder, "/bin/x", 0x10000, 0x1000);
    uint32_t whole = state_builder_node(&builder, 0, module, 0x10010);
    uint32_t begun = state_builder_node(&builder, 0, module, 0x10020);
    uint32_t site = state_builder_site(&builder, 16, begun);
    state_builder_cell(&builder, 1, site, 1, 16, 0, 0)->key = 0;
    state_builder_node_at(&builder, begun)->pc = 0;
    struct state_reader *reader = open_builder(&builder);
    assert_true(state_reader_node(reader, whole, &copy));
    assert_false(state_reader_node(reader, begun, &copy));
    state_reader_sites(reader, &count);
    struct state_reader_counts *counts = calloc(count, sizeof(*counts));
    state_reader_counts(reader, counts);
    assert_int_equal(counts[site].allocated_objects, 0);
    assert_int_equal(counts[0].allocated_objects, 0);
    free(counts);
    state_reader_destroy(reader);
    state_builder_deinit(&builder);
}

static void a_truncated_file_is_refused(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_example(&builder);
    char path[] = "truncated.state";
    state_builder_write(&builder, path);
    for (size_t bytes = 0; bytes < builder.bytes; bytes += 1 + bytes / 3) {
        assert_int_equal(truncate(path, (off_t)bytes), 0);
        int fd = open(path, O_RDONLY);
        struct state_reader *reader = NULL;
        struct error *error = state_reader_create(fd, path, &reader);
        assert_non_null(error);
        error_destroy(error);
        close(fd);
        state_builder_write(&builder, path);
    }
    unlink(path);
    state_builder_deinit(&builder);
}

/* Where address space is short, only what is in use is mapped; here a page that cannot be read
 * follows. */
static void chunks_past_the_end_are_not_read(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_example(&builder);
    const struct state_header *header = state_builder_header(&builder);
    size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (builder.bytes + page - 1) / page * page;
    char *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_int_equal(mprotect(map + room, page, PROT_NONE), 0);
    for (uint32_t chunks = 0; chunks <= header->chunk_count; chunks++) {
        size_t bytes = header->chunks_offset + (size_t)chunks * header->chunk_bytes;
        char *start = map + room - bytes;
        memcpy(start, header, bytes);
        struct state_reader *reader;
        uint32_t count;
        assert_null(state_reader_create_memory(start, bytes, "cut.state", &reader));
        const struct state_reader_site *sites = state_reader_sites(reader, &count);
        struct state_reader_counts *counts = calloc((size_t)count + 1, sizeof(*counts));
        state_reader_counts(reader, counts);
        for (uint32_t i = 1; i < count; i++) {
            struct state_reader_node node;
            state_reader_node(reader, sites[i].node, &node);
        }
        free(counts);
        state_reader_destroy(reader);
    }
    munmap(map, room + page);
    state_builder_deinit(&builder);
}

static void a_file_truncated_while_it_is_read_is_noticed(void **unused)
{
    (void)unused;
    struct state_builder builder;
    state_builder_example(&builder);
    char path[] = "shrinks.state";
    state_builder_write(&builder, path);
    int fd = open(path, O_RDONLY);
    struct state_reader *reader;
    assert_null(state_reader_create(fd, path, &reader));
    assert_false(state_reader_is_broken(reader));
    assert_int_equal(truncate(path, 0), 0);
    uint32_t count;
    state_reader_sites(reader, &count);
    struct state_reader_counts *counts = calloc(count, sizeof(*counts));
    state_reader_counts(reader, counts);
    assert_true(state_reader_is_broken(reader));
    free(counts);
    state_reader_destroy(reader);
    close(fd);
    unlink(path);
    state_builder_deinit(&builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_is_copied),
        cmocka_unit_test(counters_are_summed_over_buffers),
        cmocka_unit_test(more_records_than_a_chunk_holds),
        cmocka_unit_test(what_is_no_state_is_refused),
        cmocka_unit_test(offsets_outside_their_table_name_nothing),
        cmocka_unit_test(what_is_not_published_is_not_there),
        cmocka_unit_test(a_truncated_file_is_refused),
        cmocka_unit_test(chunks_past_the_end_are_not_read),
        cmocka_unit_test(a_file_truncated_while_it_is_read_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
