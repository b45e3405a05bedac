/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of lifetimes that are made by hand: the other rules at their thresholds, the order
 * of the advice, and which places it is about.
 */
#include "lifetimes_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void what_is_not_freed_is_kept(void **unused)
{
    (void)unused;
    made_begin();
    struct lifetime *life = made_blocks("f|main", 1000, 40, 0, 1000, 1000);
    life->freed = 19;
    life->ended_at[0] = 0;
    made_only(ADVICE_KEPT);
    made_end();
}

static struct lifetime *pooled(uint64_t objects, uint64_t live)
{
    struct lifetime *life = made_blocks("f|main", objects, 40, 1, 1, live);
    return life;
}

static void pools_need_reuse_and_one_size(void **unused)
{
    (void)unused;
    made_begin();
    pooled(1000, 50);
    const struct advice *advice = made_only(ADVICE_POOL);
    assert_int_equal(advice->slots, 50);
    assert_int_equal(advice->saves_allocations, 950);
    assert_int_equal(advice->saves_bytes, 950 * 40);
    made_end();
    made_begin();
    pooled(999, 2);
    made_only(ADVICE_NONE);
    made_end();
    made_begin();
    pooled(1000, 51);
    assert_int_equal(made_only(ADVICE_NO_POOL)->reason, REASON_LONG_LIVED);
    made_end();
    made_begin();
    pooled(1000, 10)->freed = 899;
    assert_int_equal(made_only(ADVICE_NO_POOL)->reason, REASON_LONG_LIVED);
    made_end();
    made_begin();
    struct lifetime *life = pooled(1000, 10);
    life->size_max = 1025;
    assert_int_equal(made_only(ADVICE_NO_POOL)->reason, REASON_VARIED);
    made_end();
    made_begin();
    life = pooled(1000, 10);
    life->size_min = 820;
    life->size_max = 1025;
    made_only(ADVICE_POOL);
    made_end();
}

static void what_others_free_is_neither_local_nor_pooled(void **unused)
{
    (void)unused;
    made_begin();
    struct lifetime *life = made_blocks("f|main", 4000, 64, 0, 4000, 1);
    life->crossed = 200;
    made_only(ADVICE_CROSSED);
    made_end();
    made_begin();
    made_blocks("f|main", 4000, 64, 0, 4000, 1)->crossed = 199;
    made_only(ADVICE_STACK);
    made_end();
}

static void advice_is_in_the_order_of_what_it_saves(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("small|main", 4, 40, 0, 4, 1);
    made_blocks("kept|main", 3000, 40, 0, 1, 3000)->freed = 0;
    made_blocks("one|main", 2000, 40, 0, 2000, 1);
    made_blocks("two|main", 2500, 40, 0, 2500, 1);
    made.stacks[1].life.ended_at[0] = 0;
    made_advise();
    assert_int_equal(made_list.count, 3);
    assert_int_equal(made_list.small, 0); /* too few activations to say anything */
    assert_string_equal(made_list.items[0].site->place.function, "two");
    assert_string_equal(made_list.items[1].site->place.function, "one");
    assert_int_equal(made_list.items[2].kind, ADVICE_KEPT);
    assert_int_equal(made_list.changes, 2);
    assert_int_equal(made_list.saves_allocations, 4500);
    made_end();
    made_begin();
    made_blocks("small|main", 12, 40, 0, 12, 1);
    made_blocks("two|main", 2500, 40, 0, 2500, 1);
    made_advise();
    assert_int_equal(made_list.count, 2);
    assert_int_equal(made_list.small, 1);
    assert_true(made_list.items[1].is_small);
    assert_int_equal(made_list.changes, 1);
    made_end();
}

/* Inside of one line, by way of the same library. */
static void the_same_advice_about_one_line_is_one(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("std::string::a()@1|f@3|main", 1000, 40, 1, 1000, 1);
    made_blocks("std::string::b()@2|f@3|main", 2000, 80, 1, 2000, 1);
    made_blocks("std::string::b()@2|f@4|main", 500, 80, 1, 500, 1);
    made_advise();
    assert_int_equal(made_list.count, 2);
    assert_int_equal(made_list.items[0].saves_allocations, 3000);
    assert_int_equal(made_list.items[0].site->life.allocated, 3000);
    assert_int_equal(made_list.items[0].bytes, 80);
    made_end();
}

static void places_are_the_program_s_own_code(void **unused)
{
    (void)unused;
    static const char *const stacks[][3] = {
        {"xmalloc@2|read_all@5|main", "read_all", ""},
        {"operator new|std::allocator<char>::allocate|std::__cxx11::basic_string<char>::_M_create"
         "(unsigned long&)|name_of@4|main",
         "name_of", "std::string"},
        {"void "
         "std::vector<int>::_M_realloc_insert<int>(int),std::vector<int>::push_back(int),fill@8|"
         "main",
         "fill", "std::vector"},
        {"__strdup|copy@5|main", "copy", "strdup"},
        {"std::__future_base::run()|std::thread::go()", "std::__future_base::run()", ""},
    };
    for (size_t i = 0; i < sizeof(stacks) / sizeof(*stacks); i++) {
        made_begin();
        if (i == 3)
            made.profile->drop_frames = profile_intern_string(made.profile, "malloc");
        made_blocks(stacks[i][0], 1000, 40, 0, 1000, 1);
        const struct advice *advice = made_only(ADVICE_STACK);
        if (i == 3) /* without a module libc's functions are anybody's */
            assert_string_equal(advice->site->place.function, "__strdup");
        else
            assert_string_equal(advice->site->place.function, stacks[i][1]);
        if (i != 3)
            assert_string_equal(advice->disguise ? advice->disguise->name : "", stacks[i][2]);
        made_end();
    }
}

static void of_samples_only_what_samples_show_is_said(void **unused)
{
    (void)unused;
    made_begin();
    made.interval_bytes = 524288;
    made_blocks("f|main", 5000, 40, 0, 5000, 1);
    made_only(ADVICE_NONE);
    made_end();
    made_begin();
    made.interval_bytes = 524288;
    made_blocks("f|main", 5000, 40, 0, 5000, 1)->realloc_in = 2000;
    made_only(ADVICE_RESERVE);
    made_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_freed_is_kept),
        cmocka_unit_test(pools_need_reuse_and_one_size),
        cmocka_unit_test(what_others_free_is_neither_local_nor_pooled),
        cmocka_unit_test(advice_is_in_the_order_of_what_it_saves),
        cmocka_unit_test(the_same_advice_about_one_line_is_one),
        cmocka_unit_test(places_are_the_program_s_own_code),
        cmocka_unit_test(of_samples_only_what_samples_show_is_said),
    };
    return cmocka_run_group_tests_name("advise", tests, NULL, NULL);
}
