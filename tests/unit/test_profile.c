/* SPDX-License-Identifier: Apache-2.0
 *
 * The profile in memory, encoded, decoded, and as a table.
 */
#include "collector/base/utf8.h"
#include "collector/profile/graph.h"
#include "collector/profile/gunzip.h"
#include "collector/profile/pprof_decode.h"
#include "collector/profile/pprof_encode.h"
#include "collector/profile/prune.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static uint32_t add_function(struct profile *profile, const char *name)
{
    struct profile_function function = {.name = profile_intern_string(profile, name),
                                        .file = profile_intern_string(profile, "/src/a.c")};
    function.system_name = function.name;
    return profile_intern_function(profile, &function);
}

/* A location with the given functions, the innermost first. */
static uint32_t add_location(struct profile *profile, const char *inner, const char *outer)
{
    struct profile_location location = {.address = 0x1000 + profile->locations.count,
                                        .mapping = 1,
                                        .line_first = profile->lines.count};
    const char *names[] = {inner, outer};
    for (int i = 0; i < 2; i++)
        if (names[i]) {
            struct profile_line line = {add_function(profile, names[i]), 10 + i};
            profile_add_line(profile, &line);
            location.line_count++;
        }
    return profile_add_location(profile, &location);
}

static void add_sample(struct profile *profile, const uint32_t *locations, unsigned count,
                       int64_t value)
{
    uint32_t node = 0; /* outermost first */
    for (unsigned i = 0; i < count; i++)
        node = profile_intern_node(profile, node, locations[i]);
    struct profile_label label = {.key = profile_intern_string(profile, "bytes"),
                                  .unit = profile_intern_string(profile, "bytes"),
                                  .number = value};
    struct profile_sample sample = {node, profile_add_label(profile, &label), 1};
    const int64_t values[2] = {1, value};
    profile_add_sample(profile, &sample, values);
}

static struct profile *example(void)
{
    struct profile *profile = profile_create();
    profile_add_type(profile, "inuse_objects", "count");
    profile_add_type(profile, "inuse_space", "bytes");
    struct profile_mapping mapping = {0x1000,
                                      0x2000,
                                      0,
                                      profile_intern_string(profile, "/bin/x"),
                                      profile_intern_string(profile, "ab12"),
                                      true,
                                      true,
                                      true,
                                      true};
    profile_add_mapping(profile, &mapping);
    uint32_t root = add_location(profile, "main", NULL);
    uint32_t work = add_location(profile, "inlined(int)", "work");
    uint32_t glue = add_location(profile, "operator new(unsigned long)", NULL);
    add_sample(profile, (uint32_t[]){root, work, glue}, 3, 100);
    add_sample(profile, (uint32_t[]){root, work, work}, 3, 40);
    add_sample(profile, (uint32_t[]){root}, 1, 2);
    add_sample(profile, (uint32_t[]){glue}, 1, 1); /* nothing but glue */
    profile->drop_frames = profile_intern_string(profile, "malloc|operator new");
    profile->time_ns = 1234567890123456789;
    profile->period = 524288;
    profile_add_comment(profile, "a comment");
    return profile;
}

/* The file that a profile becomes; the caller frees it. */
static unsigned char *encode(const struct profile *profile, size_t *count)
{
    int fd = memfd_create("profile", 0);
    struct error *error = pprof_encode(profile, fd, "test", NULL, NULL);
    if (error)
        fail_msg("%s", error_message(error));
    *count = (size_t)lseek(fd, 0, SEEK_END);
    unsigned char *bytes = malloc(*count);
    assert_int_equal(pread(fd, bytes, *count, 0), *count);
    close(fd);
    return bytes;
}

static void strings_are_kept_once_and_valid(void **unused)
{
    (void)unused;
    struct profile *profile = profile_create();
    uint32_t first = profile_intern_string(profile, "first");
    for (int i = 0; i < 1000; i++) {
        char text[32];
        snprintf(text, sizeof(text), "string %d", i % 500);
        profile_intern_string(profile, text);
    }
    assert_int_equal(profile->strings.count, 502);
    assert_int_equal(profile_intern_string(profile, "first"), first);
    assert_int_equal(profile_intern_string(profile, ""), 0);
    uint32_t bad = profile_intern_string_n(profile, "a\xff\0b\xc3", 5);
    assert_string_equal(profile_string(profile, bad), "a??b?");
    uint32_t good = profile_intern_string(profile, "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
    assert_string_equal(profile_string(profile, good), "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
    assert_string_equal(profile_string(profile, UINT32_MAX), "");
    profile_destroy(profile);
}

static void utf8_is_what_unicode_says(void **unused)
{
    (void)unused;
    assert_int_equal(utf8_length("\xc0\x80", 2), 0);         /* overlong */
    assert_int_equal(utf8_length("\xe0\x9f\xbf", 3), 0);     /* overlong */
    assert_int_equal(utf8_length("\xed\xa0\x80", 3), 0);     /* surrogate */
    assert_int_equal(utf8_length("\xf4\x90\x80\x80", 4), 0); /* past the last */
    assert_int_equal(utf8_length("\xf4\x8f\xbf\xbf", 4), 4);
    assert_int_equal(utf8_length("\xe2\x82", 2), 0); /* cut off */
    assert_int_equal(utf8_length("\x80", 1), 0);
    assert_int_equal(utf8_length("", 1), 0);
}

/* Children in any order, of any parent: each is one node, and finds it again. */
static void nodes_are_kept_once(void **unused)
{
    (void)unused;
    enum { NODES = 2000, LOCATIONS = 3 };
    static uint32_t children[NODES + 1][LOCATIONS + 1];
    struct profile *profile = profile_create();
    unsigned random = 1;
    while (profile->nodes.count <= NODES) {
        random = random * 1103515245 + 12345;
        uint32_t count = profile->nodes.count;
        /* Often of the last one, as a stack that is carried over has them. */
        uint32_t parent = random & 0x10000 ? count - 1 : (random >> 17) % count;
        uint32_t location = 1 + (random >> 10) % LOCATIONS, known = children[parent][location];
        uint32_t node = profile_intern_node(profile, parent, location);
        assert_int_equal(node, known ? known : count);
        assert_int_equal(profile->nodes.items[node].parent, parent);
        assert_int_equal(profile->nodes.items[node].location, location);
        children[parent][location] = node;
    }
    profile_destroy(profile);
}

static void what_is_encoded_is_decoded(void **unused)
{
    (void)unused;
    struct profile *profile = example(), *copy;
    size_t count;
    unsigned char *bytes = encode(profile, &count);
    assert_null(pprof_decode(bytes, count, "test", &copy));
    assert_int_equal(copy->samples.count, 4);
    assert_int_equal(copy->locations.count, profile->locations.count);
    assert_int_equal(copy->functions.count, profile->functions.count);
    assert_int_equal(copy->time_ns, 1234567890123456789);
    assert_int_equal(copy->period, 524288);
    assert_string_equal(profile_string(copy, copy->drop_frames), "malloc|operator new");
    assert_string_equal(profile_string(copy, copy->comments.items[0]), "a comment");
    assert_string_equal(profile_string(copy, copy->mappings.items[1].build_id), "ab12");
    assert_int_equal(profile_total(copy, profile_find_type(copy, "inuse_space")), 143);
    assert_int_equal(copy->labels.items[0].number, 100);
    free(bytes);
    profile_destroy(copy);
    profile_destroy(profile);
}

static void a_profile_need_not_be_packed(void **unused)
{
    (void)unused;
    struct profile *profile = example(), *copy;
    size_t count, unpacked_count;
    unsigned char *bytes = encode(profile, &count), *unpacked;
    assert_null(gunzip(bytes, count, "test", &unpacked, &unpacked_count));
    assert_null(pprof_decode(unpacked, unpacked_count, "test", &copy));
    assert_int_equal(copy->samples.count, 4);
    free(bytes);
    free(unpacked);
    profile_destroy(copy);
    profile_destroy(profile);
}

static void a_damaged_profile_is_refused(void **unused)
{
    (void)unused;
    struct profile *profile = example(), *copy;
    size_t count;
    unsigned char *bytes = encode(profile, &count);
    for (size_t cut = 0; cut < count; cut++) {
        struct error *error = pprof_decode(bytes, cut, "test", &copy);
        assert_non_null(error);
        error_destroy(error);
    }
    free(bytes);
    profile_destroy(profile);
}

static void references_to_nothing_are_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *bytes;
        size_t count;
    } files[] = {
        {"\x0a\x02\x08\x05", 4},                          /* a type that is string 5 */
        {"\x0a\x00\x12\x03\x0a\x01\x01", 7},              /* a sample without its value */
        {"\x0a\x00\x12\x06\x0a\x01\x01\x12\x01\x01", 10}, /* at an unknown location */
        {"\x0a\x00\x22\x06\x08\x01\x22\x02\x08\x09", 10}, /* a line of an unknown function */
        {"\x0a\x00\x1a\x02\x08\x01\x1a\x02\x08\x01", 10}, /* two mappings 1 */
        {"\x0a\x00\x32\x01x", 5},                         /* string 0 is not empty */
        {"\x32\x00", 2},                                  /* no types */
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct profile *profile;
        struct error *error = pprof_decode(files[i].bytes, files[i].count, "test", &profile);
        assert_non_null(error);
        error_destroy(error);
    }
}

static const struct profile_row *find_row(const struct profile_graph *graph, const char *name)
{
    for (uint32_t i = 0; i < graph->shown_count; i++)
        if (strcmp(graph->rows[graph->shown[i]].label, name) == 0)
            return &graph->rows[graph->shown[i]];
    return NULL;
}

static void the_graph_counts_as_pprof_does(void **unused)
{
    (void)unused;
    struct profile *profile = example();
    const struct profile_graph_options options = {.granularity = PROFILE_BY_FUNCTION};
    struct profile_graph graph;
    bool *is_marked = profile_prune_match(profile);
    assert_true(is_marked && profile_prune(profile, is_marked, 1, NULL));
    assert_null(profile_graph_create(profile, 1, &options, &graph));
    assert_int_equal(profile_graph_total(profile, 1), 143);
    const struct profile_row *inlined = find_row(&graph, "inlined(int)");
    assert_int_equal(inlined->flat, 140); /* operator new is dropped, recursion counts once */
    assert_int_equal(inlined->cumulative, 140);
    assert_int_equal(inlined->inlining, PROFILE_INLINED);
    assert_int_equal(find_row(&graph, "work")->flat, 0);
    assert_int_equal(find_row(&graph, "main")->cumulative, 142);
    assert_int_equal(find_row(&graph, "main")->flat, 2);
    /* A stack of nothing else is not dropped. */
    assert_int_equal(find_row(&graph, "operator new(unsigned long)")->flat, 1);
    assert_string_equal(graph.rows[graph.shown[0]].label, "inlined(int)");
    profile_graph_destroy(&graph);
    free(is_marked);
    profile_destroy(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_kept_once_and_valid),
        cmocka_unit_test(utf8_is_what_unicode_says),
        cmocka_unit_test(nodes_are_kept_once),
        cmocka_unit_test(what_is_encoded_is_decoded),
        cmocka_unit_test(a_profile_need_not_be_packed),
        cmocka_unit_test(a_damaged_profile_is_refused),
        cmocka_unit_test(references_to_nothing_are_refused),
        cmocka_unit_test(the_graph_counts_as_pprof_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
