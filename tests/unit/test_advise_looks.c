/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of blocks that become more from one look at a process to the next: the rule at its
 * thresholds, its confidence, and what is left out.
 */
#include "collector/lifetimes/look.h"
#include "lifetimes_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A stack that allocated so many blocks of 100 bytes, and freed some of them, in ten seconds. */
static struct lifetime *held(const char *text, uint64_t allocated, uint64_t freed)
{
    struct lifetime *life = made_blocks(text, allocated, 100, 0, allocated, allocated);
    life->freed = freed;
    life->freed_bytes = freed * 100;
    life->ended_at[0] = 0;
    made.run_ns = UINT64_C(10000000000);
    return life;
}

/* A look at the only stack, after so many seconds. */
static void look(uint64_t seconds, uint64_t objects)
{
    struct profile *heap = profile_create();
    struct profile_location location = {.address = 0x1000 + made.stacks[0].node};
    made.profile->locations.items[made.profile->nodes.items[made.stacks[0].node].location].address =
        location.address;
    const int64_t values[] = {(int64_t)objects, (int64_t)objects * 100};
    profile_add_type(heap, "inuse_objects", "count");
    profile_add_type(heap, "inuse_space", "bytes");
    heap->time_ns = (int64_t)seconds * 1000000000;
    struct profile_sample sample = {0};
    const struct profile_node *node = &made.profile->nodes.items[made.stacks[0].node];
    if (node->parent) { /* the frames outside have no address, but the same names */
        struct profile_function function = {.name = profile_intern_string(heap, "main")};
        struct profile_line line = {profile_intern_function(heap, &function), 1};
        profile_add_line(heap, &line);
        struct profile_location outer = {.line_first = 0, .line_count = 1};
        sample.node = profile_intern_node(heap, 0, profile_add_location(heap, &outer));
    }
    sample.node = profile_intern_node(heap, sample.node, profile_add_location(heap, &location));
    profile_add_sample(heap, &sample, values);
    assert_true(look_add_profile(&made, heap));
    profile_destroy(heap);
}

static void what_becomes_more_may_leak(void **unused)
{
    (void)unused;
    made_begin();
    held("f|main", 5000, 0);
    look(8, 4000); /* in any order */
    look(4, 2000);
    const struct advice *advice = made_only(ADVICE_LEAK);
    assert_int_equal(advice->site->looks, 3);
    assert_int_equal(advice->site->growth.objects, 3000);
    assert_int_equal(advice->site->growth.bytes, 300000);
    assert_int_equal((int)(advice->site->growth.objects_per_s + 0.5), 500);
    assert_int_equal((int)(advice->site->growth.bytes_per_s + 0.5), 50000);
    assert_int_equal(advice->confidence, ADVICE_HIGH);
    assert_false(advice->is_small);
    made_end();
}

static void of_two_looks_the_confidence_is_not_high(void **unused)
{
    (void)unused;
    made_begin();
    held("f|main", 5000, 0);
    look(4, 2000);
    assert_int_equal(made_only(ADVICE_LEAK)->confidence, ADVICE_MEDIUM);
    made_end();
    made_begin(); /* a quarter of 4900 in 4 s goes on: no less than 1838 in 6 s */
    held("f|main", 4900 + 1830, 0);
    look(4, 4900);
    assert_int_equal(made_only(ADVICE_LEAK)->confidence, ADVICE_LOW);
    made_end();
    made_begin();
    held("f|main", 199, 0);
    look(5, 100);
    assert_int_equal(made_only(ADVICE_LEAK)->confidence, ADVICE_LOW);
    made_end();
}

static void what_is_full_or_shrinks_or_hardly_grows_is_kept(void **unused)
{
    static const uint64_t looks[][2] = {{2000, 3000}, {900, 3000}, {2500, 2400}, {2981, 2990}};
    (void)unused;
    for (unsigned i = 0; i < 4; i++) {
        made_begin();
        held("f|main", 3000, 0);
        look(2, looks[i][0]);
        look(6, looks[i][1]);
        made_only(ADVICE_KEPT);
        made_end();
    }
}

static void where_most_is_freed_a_tenth_has_to_stay(void **unused)
{
    (void)unused;
    for (unsigned more = 99; more <= 100; more++) {
        made_begin();
        held("f|main", 1000, 1000 - 2 * more);
        look(5, more);
        made_only(more == 100 ? ADVICE_LEAK : ADVICE_KEPT);
        made_end();
    }
}

static void what_is_set_up_once_is_kept(void **unused)
{
    static const char *const roots[] = {
        "call_init",           "std::locale::locale(char const*)",
        "__pthread_once_slow", "_GLOBAL__sub_I_main.cc",
        "setlocale",           "void std::call_once<void (&)()>(std::once_flag&, void (&)())"};
    (void)unused;
    for (unsigned i = 0; i < 6; i++) {
        made_begin();
        held(roots[i], 5000, 0);
        look(2, 1000);
        look(6, 3000);
        assert_non_null(made_only(ADVICE_KEPT)->site->set_up_by);
        made_end();
    }
}

static void a_look_at_other_stacks_says_nothing_of_this_one(void **unused)
{
    (void)unused;
    made_begin();
    held("f|main", 5000, 0);
    struct profile *heap = profile_create();
    profile_add_type(heap, "inuse_objects", "count");
    profile_add_type(heap, "inuse_space", "bytes");
    heap->time_ns = 1;
    assert_true(look_add_profile(&made, heap)); /* the block was made after it */
    assert_int_equal(made.looks[0].live[0].objects, 0);
    profile_destroy(heap);
    made_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_becomes_more_may_leak),
        cmocka_unit_test(of_two_looks_the_confidence_is_not_high),
        cmocka_unit_test(what_is_full_or_shrinks_or_hardly_grows_is_kept),
        cmocka_unit_test(where_most_is_freed_a_tenth_has_to_stay),
        cmocka_unit_test(what_is_set_up_once_is_kept),
        cmocka_unit_test(a_look_at_other_stacks_says_nothing_of_this_one),
    };
    return cmocka_run_group_tests_name("advise_looks", tests, NULL, NULL);
}
