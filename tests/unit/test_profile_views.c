/* SPDX-License-Identifier: Apache-2.0
 *
 * What is done to a profile before it is shown: merged, filtered, added up by stack, and
 * judged by who has no name and who is a wrapper.
 */
#include "collector/base/path.h"
#include "collector/profile/filter.h"
#include "collector/profile/graph.h"
#include "collector/profile/merge.h"
#include "collector/profile/nameless.h"
#include "collector/profile/stacks.h"
#include "collector/profile/wrappers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct profile *create(uint64_t start)
{
    struct profile *profile = profile_create();
    profile_add_type(profile, "space", "bytes");
    const char *files[] = {"/bin/app", "/lib/libx.so"};
    for (uint64_t i = 0; i < 2; i++) {
        struct profile_mapping mapping = {.start = start + i * 0x10000,
                                          .limit = start + (i + 1) * 0x10000};
        mapping.file = profile_intern_string(profile, files[i]);
        profile_add_mapping(profile, &mapping);
    }
    return profile;
}

/* "name:line", begun at line 1; of libx.so if the name has a '+'. */
static uint32_t add_location(struct profile *profile, const char *frame)
{
    char name[64];
    int line = 0;
    sscanf(frame, "%63[^:]:%d", name, &line);
    struct profile_function function = {.name = profile_intern_string(profile, name),
                                        .file = profile_intern_string(profile, "/src/./a.c"),
                                        .start_line = line ? 1 : 0};
    uint32_t mapping = strchr(name, '+') ? 2 : 1;
    struct profile_line record = {profile_intern_function(profile, &function), line};
    struct profile_location location = {.address = profile->mappings.items[mapping].start +
                                                   (uint64_t)line * 16 + 1,
                                        .mapping = mapping,
                                        .line_first = profile->lines.count,
                                        .line_count = 1};
    profile_add_line(profile, &record);
    return profile_add_location(profile, &location);
}

/* Frames from the outermost one on, separated by spaces. */
static void add_sample(struct profile *profile, const char *frames, int64_t value)
{
    char copy[256], *rest = copy, *frame;
    uint32_t node = 0;
    snprintf(copy, sizeof(copy), "%s", frames);
    while ((frame = strsep(&rest, " ")))
        node = profile_intern_node(profile, node, add_location(profile, frame));
    struct profile_label label = {.key = profile_intern_string(profile, "bytes"), .number = value};
    struct profile_sample sample = {node, profile_add_label(profile, &label), 1};
    profile_add_sample(profile, &sample, &value);
}

static int64_t flat_of(const struct profile *profile, const char *name)
{
    const struct profile_graph_options options = {.granularity = PROFILE_BY_FUNCTION};
    struct profile_graph graph;
    int64_t flat = -1;
    assert_null(profile_graph_create(profile, 0, &options, &graph));
    for (uint32_t i = 0; i < graph.shown_count; i++)
        if (strcmp(graph.rows[graph.shown[i]].label, name) == 0)
            flat = graph.rows[graph.shown[i]].flat;
    profile_graph_destroy(&graph);
    return flat;
}

static void paths_are_cleaned_by_their_text(void **unused)
{
    (void)unused;
    static const char *const pairs[][2] = {
        {"/a/b", "/a/b"},       {"a//b/", "a/b"}, {"/a/./b/../c", "/a/c"},
        {"../../a", "../../a"}, {"./a", "a"},     {"/../a", "/a"},
        {"a/..", "."},          {"/", "/"},       {"a/../../b", "../b"},
        {"...", "..."},         {"//", "/"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        char text[32];
        snprintf(text, sizeof(text), "%s", pairs[i][0]);
        if (path_is_clean(text))
            assert_string_equal(text, pairs[i][1]);
        path_clean(text);
        assert_string_equal(text, pairs[i][1]);
    }
}

static void merging_adds_up_where_modules_were_moved(void **unused)
{
    (void)unused;
    struct profile_merger *merger = profile_merger_create();
    for (uint64_t i = 1; i <= 3; i++) {
        struct profile *part = create(i * 0x100000);
        add_sample(part, "main:5 work:7", 10);
        add_sample(part, "main:6 lib+:3", (int64_t)i);
        profile_add_comment(part, "the same");
        assert_true(profile_merger_takes(merger, part));
        assert_true(profile_merger_add(merger, part));
        profile_destroy(part);
    }
    struct profile *other = profile_create();
    profile_add_type(other, "cpu", "nanoseconds");
    assert_false(profile_merger_takes(merger, other));
    profile_destroy(other);
    struct profile *sum = profile_merger_finish(merger);
    profile_merger_destroy(merger);
    assert_int_equal(sum->mappings.count, 1 + 2);
    assert_int_equal(sum->locations.count, 1 + 4); /* one of each, wherever it was */
    assert_int_equal(sum->comments.count, 1);
    assert_int_equal(flat_of(sum, "work"), 30);
    assert_int_equal(flat_of(sum, "lib+"), 6);
    profile_destroy(sum);
}

static void filter(struct profile *profile, const char *focus, const char *hide)
{
    struct profile_filter filter = {.focus = NULL};
    struct pattern *f = NULL, *h = NULL;
    struct profile_filter_matches matches;
    if (focus)
        assert_null(pattern_create(focus, &f));
    if (hide)
        assert_null(pattern_create(hide, &h));
    filter.focus = f;
    filter.hide = h;
    assert_true(profile_filter(profile, &filter, &matches));
    pattern_destroy(f);
    pattern_destroy(h);
}

static void hidden_frames_leave_what_they_allocated_to_their_callers(void **unused)
{
    (void)unused;
    struct profile *profile = create(0x100000);
    add_sample(profile, "main:5 work:7 leaf:9", 10);
    add_sample(profile, "main:6 leaf:9", 5);
    add_sample(profile, "leaf:9", 3); /* nothing is left of it */
    filter(profile, NULL, "^leaf$");
    assert_int_equal(profile->samples.count, 2);
    assert_int_equal(flat_of(profile, "work"), 10);
    assert_int_equal(flat_of(profile, "main"), 5);
    filter(profile, "^work$", NULL);
    assert_int_equal(profile->samples.count, 1);
    filter(profile, "libx.so", NULL);
    assert_int_equal(profile->samples.count, 0);
    profile_destroy(profile);
}

static void stacks_are_one_where_they_look_alike(void **unused)
{
    (void)unused;
    struct profile *profile = create(0x100000);
    add_sample(profile, "main:5 work:7", 10);
    add_sample(profile, "main:5 work:7", 30); /* other locations, the same lines */
    add_sample(profile, "main:5 work:8", 25);
    struct profile_stacks stacks;
    assert_true(profile_stacks_init(&stacks, profile, 0));
    assert_int_equal(stacks.count, 2);
    assert_int_equal(stacks.items[0].values[0], 40);
    assert_int_equal(stacks.items[0].size_count, 2);
    assert_int_equal(stacks.items[0].sizes[1].bytes, 30);
    assert_int_equal(stacks.items[1].values[0], 25);
    profile_stacks_deinit(&stacks);
    profile_destroy(profile);
}

static void functions_without_names_are_counted_by_module(void **unused)
{
    (void)unused;
    struct profile *profile = create(0x100000);
    struct profile_nameless nameless;
    add_sample(profile, "main:5 work:7", 94);
    add_sample(profile, "main:5 libx.so+0x1f", 6);
    add_sample(profile, "main:5 libx.so+0x2g", 10); /* that is a name */
    assert_true(profile_nameless_find(profile, 0.05, &nameless));
    assert_int_equal(nameless.count, 1);
    assert_string_equal(nameless.modules[0].file, "/lib/libx.so");
    assert_true(nameless.modules[0].share > 0.054 && nameless.modules[0].share < 0.055);
    assert_true(profile_nameless_find(profile, 0.06, &nameless));
    assert_int_equal(nameless.count, 0);
    profile_destroy(profile);
}

static bool is_wrapper(const struct profile *profile, const bool *found, const char *name)
{
    for (uint32_t i = 1; i < profile->functions.count; i++)
        if (strcmp(profile_string(profile, profile->functions.items[i].name), name) == 0)
            return found[i];
    fail_msg("no function %s", name);
    return false;
}

static void wrappers_have_many_callers_and_little_code(void **unused)
{
    (void)unused;
    struct profile *profile = create(0x100000);
    for (int i = 0; i < 8; i++) {
        char frames[128];
        snprintf(frames, sizeof(frames), "main:5 caller%d:7 grab:3", i);
        add_sample(profile, frames, 1);
        snprintf(frames, sizeof(frames), "main:5 caller%d:8 copy:2 grab:3", i);
        add_sample(profile, frames, 1);
        snprintf(frames, sizeof(frames), "main:5 caller%d:9 long:40", i);
        add_sample(profile, frames, 1);
        snprintf(frames, sizeof(frames), "main:5 caller%d:9 many:%d", i, i + 2);
        add_sample(profile, frames, 1);
        snprintf(frames, sizeof(frames), "main:5 caller%d:9 noline", i);
        add_sample(profile, frames, 1);
    }
    for (int i = 0; i < 7; i++) {
        char frames[128];
        snprintf(frames, sizeof(frames), "main:5 caller%d:7 seldom:3", i);
        add_sample(profile, frames, 1);
    }
    bool *found = profile_wrappers_find(profile, 0);
    assert_non_null(found);
    assert_true(is_wrapper(profile, found, "grab"));
    assert_true(is_wrapper(profile, found, "copy"));
    static const char *const others[] = {"long", "many", "noline", "seldom", "main", "caller0"};
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        assert_false(is_wrapper(profile, found, others[i]));
    free(found);
    profile_destroy(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_cleaned_by_their_text),
        cmocka_unit_test(merging_adds_up_where_modules_were_moved),
        cmocka_unit_test(hidden_frames_leave_what_they_allocated_to_their_callers),
        cmocka_unit_test(stacks_are_one_where_they_look_alike),
        cmocka_unit_test(functions_without_names_are_counted_by_module),
        cmocka_unit_test(wrappers_have_many_callers_and_little_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
