/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of lifetimes that are made by hand: who owns blocks, and what grows; each rule at
 * its thresholds.
 */
#include "lifetimes_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- scopes --- */

static void what_ends_in_the_call_that_made_it_is_local(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("f|main", 1000, 64, 0, 1000, 1);
    const struct advice *advice = made_only(ADVICE_STACK);
    assert_int_equal(advice->saves_allocations, 1000);
    assert_int_equal(advice->saves_bytes, 64000);
    assert_int_equal(advice->confidence, ADVICE_HIGH);
    assert_string_equal(advice->site->owner.function, "f");
    made_end();
}

static void a_doubted_owner_is_an_exception(void **unused)
{
    (void)unused;
    made_begin();
    struct lifetime *life = made_blocks("f|main", 1000, 64, 0, 1000, 1);
    life->doubted = 1;
    assert_int_equal(made_only(ADVICE_STACK)->confidence, ADVICE_MEDIUM);
    made_end();
}

static void large_buffers_are_kept(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("f|main", 500, 4097, 0, 500, 1);
    const struct advice *advice = made_only(ADVICE_STACK);
    assert_true(advice->is_kept_buffer);
    assert_int_equal(advice->saves_allocations, 499);
    made_end();
}

static void many_for_each_call_are_an_arena(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("make|f|main", 5000, 40, 1, 100, 50);
    const struct advice *advice = made_only(ADVICE_ARENA);
    assert_int_equal(advice->saves_allocations, 4900);
    assert_int_equal(advice->bytes, 2000);
    assert_string_equal(advice->site->owner.function, "f");
    assert_string_equal(advice->site->place.function, "make");
    made_end();
}

/* Fewer than two for each call are one object; one at a time is one, however many there are. */
static void local_or_arena_is_a_matter_of_how_many_are_alive(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("f|main", 1990, 40, 0, 1000, 2);
    assert_int_equal(made_only(ADVICE_STACK)->saves_allocations, 1990);
    made_end();
    made_begin();
    made_blocks("f|main", 2000, 40, 0, 1000, 2);
    made_only(ADVICE_ARENA);
    made_end();
    made_begin();
    made_blocks("f|main", 8000, 40, 0, 1000, 1);
    made_only(ADVICE_STACK);
    made_end();
}

static void one_of_five_hundred_may_outlive_its_owner(void **unused)
{
    (void)unused;
    made_begin();
    struct lifetime *life = made_blocks("f|main", 1000, 40, 0, 1000, 1);
    life->ended_at[0] = 998;
    life->ended_at[1] = 2;
    assert_int_equal(made_only(ADVICE_STACK)->confidence, ADVICE_MEDIUM);
    assert_int_equal(made_list.items[0].saves_allocations, 998);
    made_end();
    made_begin();
    life = made_blocks("f|main", 1000, 40, 0, 1000, 5);
    life->ended_at[0] = 997;
    life->ended_at[1] = 3;
    life->began_at[1] = 999;
    life->began_at[LIFETIME_LEVELS - 1] = 1;
    made_only(ADVICE_POOL); /* main owns them, which was called once */
    made_end();
}

/* What is freed ends in the call, but most is not. */
static void what_is_alive_has_outlived_its_owner(void **unused)
{
    (void)unused;
    made_begin();
    struct lifetime *life = made_blocks("f|main", 2000, 40, 0, 2000, 1980);
    life->freed = 100;
    life->ended_at[0] = 100;
    made_only(ADVICE_NO_POOL);
    made_end();
    made_begin();
    life = made_blocks("f|main", 2000, 40, 0, 100, 1000);
    life->freed = 1000;
    life->ended_at[0] = 1000;
    made_only(ADVICE_NO_POOL);
    made_end();
    made_begin(); /* the end of the program interrupted one call */
    life = made_blocks("f|main", 2000, 40, 0, 100, 25);
    life->freed = 1975;
    life->ended_at[0] = 1975;
    made_only(ADVICE_ARENA);
    made_end();
}

/* A helper that is called twice makes two local objects; in a loop, an arena. */
static void a_few_calls_of_a_helper_are_as_many_objects(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("field@3|f@10|main", 1000, 40, 1, 1000, 1);
    made_blocks("field@3|f@11|main", 1000, 40, 1, 1000, 1);
    assert_int_equal(made_only(ADVICE_STACK)->saves_allocations, 2000);
    made_end();
    made_begin();
    made_blocks("field@3|f@10|main", 1000, 40, 1, 1000, 1);
    made_blocks("field@3|f@11|main", 3000, 40, 1, 1000, 3);
    made_only(ADVICE_ARENA);
    made_end();
}

/* It is called for what is short-lived, and for what is not. */
static void a_helper_has_an_advice_for_each_owner(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("field@3|f@10|g@5|main", 1000, 40, 1, 1000, 1);
    made_blocks("field@3|f@11|g@5|main", 1000, 40, 2, 10, 100);
    made_advise();
    assert_int_equal(made_list.count, 2);
    assert_int_equal(made_list.items[0].kind, ADVICE_STACK);
    assert_int_equal(made_list.items[1].kind, ADVICE_ARENA);
    made_end();
}

/* All stacks of a place vote: one that was seen twice does not know. */
static void stacks_of_one_place_have_one_owner(void **unused)
{
    (void)unused;
    made_begin();
    struct lifetime *life = made_blocks("new_node@3|f@10|g|main", 2, 40, 0, 2, 1);
    made_blocks("new_node@3|f@11|g|main", 4000, 40, 1, 400, 10);
    life = &made.stacks[0].life;
    life->ended_at[0] = 2;
    made.stacks[1].life.ended_at[0] = 0;
    made.stacks[1].life.ended_at[1] = 4000;
    const struct advice *advice = made_only(ADVICE_ARENA);
    assert_int_equal(advice->site->stacks, 2);
    assert_int_equal(advice->site->life.allocated, 4002);
    assert_int_equal(advice->site->activations, 400);
    made_end();
}

static void callers_of_the_owner_are_not_alive_at_once(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("f|g|main", 2000, 40, 0, 2000, 1);
    made_blocks("f|h|main", 2000, 40, 0, 2000, 1);
    const struct advice *advice = made_only(ADVICE_STACK);
    assert_int_equal(advice->site->live_in_one, 1);
    assert_int_equal(advice->site->activations, 4000);
    made_end();
}

static void a_document_is_an_arena_of_one_call(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("node|parse|run|main", 5000, 56, 2, 1, 5000);
    assert_int_equal(made_only(ADVICE_ARENA)->saves_allocations, 4999);
    made_end();
    made_begin(); /* main gives back at the end what it had all the time */
    made_blocks("node|parse|main", 5000, 56, 2, 1, 5000);
    made_only(ADVICE_KEPT);
    made_end();
    made_begin(); /* it is small, and freed while the program goes on */
    made_blocks("node|parse|run|main", 900, 56, 2, 1, 900);
    made_only(ADVICE_NONE);
    made_end();
}

/* Where windows are followed nobody sees the end of blocks that live longer. */
static void a_document_is_known_by_where_it_is_freed(void **unused)
{
    (void)unused;
    made_begin();
    made.windows = 8;
    struct lifetime *life = made_blocks("node|parse|run@4|main", 5000, 56, 2, 1, 5000);
    life->ended_at[2] = 0;
    life->censored = 600;
    life->followed = 620;
    assert_true(lifetimes_add_free(&made, made_stack("drop|run@9|main"), 500));
    const struct advice *advice = made_only(ADVICE_ARENA);
    assert_string_equal(advice->site->owner.function, "run");
    assert_int_equal(advice->saves_allocations, 4999);
    assert_int_equal(advice->confidence, ADVICE_MEDIUM);
    made_end();
    made_begin(); /* freed elsewhere */
    made.windows = 8;
    life = made_blocks("node|parse|run@4|main", 5000, 56, 2, 1, 5000);
    life->ended_at[2] = 0;
    life->censored = 600;
    assert_true(lifetimes_add_free(&made, made_stack("drop|stop|main"), 500));
    made_only(ADVICE_KEPT);
    made_end();
}

/* An inlined owner: the function that it was inlined into is called once, it is not. */
static void inlined_calls_own_what_ends_in_them(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("make@3,work@9,main@20|start", 3000, 48, 0, 1, 1);
    assert_true(lifetimes_add_free(&made, made_stack("drop@5,work@11,main@20|start"), 3000));
    const struct advice *advice = made_only(ADVICE_STACK);
    assert_string_equal(advice->site->owner.function, "work");
    assert_true(advice->site->is_owner_inlined);
    made_end();
    made_begin(); /* another call of it */
    made_blocks("make@3,work@9,main@20|start", 3000, 48, 0, 1, 8);
    assert_true(lifetimes_add_free(&made, made_stack("drop@5,work@11,main@30|start"), 3000));
    assert_string_equal(made_only(ADVICE_POOL)->site->owner.function, "main");
    made_end();
}

/* --- growth --- */

static void reallocs_are_steps(void **unused)
{
    (void)unused;
    made_begin();
    struct lifetime *life = made_blocks("put|f|main", 1000, 100, 1, 100, 1);
    life->realloc_in = 800;
    life->copied_bytes = 12345;
    life->final_size[3] = 190; /* at most 128 bytes */
    life->final_size[5] = 10;
    life->size_max = 512;
    const struct advice *advice = made_only(ADVICE_RESERVE);
    assert_int_equal(advice->steps, 800);
    assert_int_equal(advice->saves_allocations, 800);
    assert_int_equal(advice->copied_bytes, 12345);
    assert_int_equal(advice->bytes, 128);
    assert_int_equal(advice->saves_bytes, 100000 - 200 * 128);
    made_end();
}

static void few_steps_are_none(void **unused)
{
    (void)unused;
    made_begin();
    struct lifetime *life = made_blocks("put|f|main", 76, 100, 1, 76, 1);
    life->realloc_in = 19;
    made_only(ADVICE_STACK);
    made_end();
    made_begin();
    life = made_blocks("put|f|main", 1000, 100, 1, 1000, 1);
    life->realloc_in = 249;
    made_only(ADVICE_STACK);
    made_end();
}

static void replacing_grows_when_nine_of_ten_are_larger(void **unused)
{
    (void)unused;
    made_begin();
    struct lifetime *life =
        made_blocks("std::vector<int>::push_back(int const&)|f|main", 1000, 64, 1, 100, 2);
    life->replaced_larger = 900;
    life->replaced_larger_bytes = 9000;
    life->final_size[4] = 100;
    const struct advice *advice = made_only(ADVICE_RESERVE);
    assert_int_equal(advice->saves_allocations, 900);
    assert_int_equal(advice->copied_bytes, 9000);
    assert_string_equal(advice->site->place.function, "f");
    assert_string_equal(advice->disguise->name, "std::vector");
    made_end();
    made_begin();
    life = made_blocks("f|main", 1000, 64, 0, 10, 2);
    life->replaced_larger = 890;
    life->replaced_smaller = 110;
    made_only(ADVICE_ARENA);
    made_end();
}

static void first_links_join_the_rest_of_the_chain(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("f@3|main", 100, 16, 0, 100, 1);
    struct lifetime *more = made_blocks("f@5|main", 700, 100, 0, 100, 1),
                    *first = &made.stacks[0].life;
    more = &made.stacks[1].life;
    more->realloc_in = 700;
    first->realloc_out = 60;
    made_only(ADVICE_RESERVE);
    made_end();
    made_begin();
    made_blocks("f@3|main", 100, 16, 0, 100, 1)->realloc_out = 60;
    made_only(ADVICE_STACK); /* there is no rest */
    made_end();
}

/* Without optimization the library's frames are deeper than what is looked for. */
static void containers_grow_by_the_name_of_their_function(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("void std::vector<int>::_M_realloc_insert<int>(int)@1|f@3|main", 9000, 64, 1, 1000,
                2);
    assert_int_equal(made_only(ADVICE_RESERVE)->steps, 8000);
    made_end();
    made_begin();
    made_blocks("std::vector<int>::_M_allocate(int)@1|f@3|main", 9000, 64, 1, 1000, 2);
    made_only(ADVICE_ARENA);
    made_end();
}

/* asprintf makes a block and cuts it to what it needs: both are gone with a local buffer. */
static void what_is_trimmed_has_not_grown(void **unused)
{
    (void)unused;
    made_begin();
    made_blocks("f@3|main", 1000, 100, 0, 1000, 1)->realloc_out = 1000;
    made.stacks[0].life.ended_at[0] = 0;
    struct lifetime *rest = made_blocks("f@5|main", 1000, 55, 0, 1000, 1);
    rest->realloc_in = 1000;
    rest->chain_longest = 1;
    made_advise();
    assert_int_equal(made_list.count, 2);
    assert_int_equal(made_list.items[0].kind, ADVICE_STACK);
    assert_int_equal(made_list.items[1].kind, ADVICE_STACK);
    assert_int_equal(made_list.saves_allocations, 2000);
    made_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ends_in_the_call_that_made_it_is_local),
        cmocka_unit_test(a_doubted_owner_is_an_exception),
        cmocka_unit_test(large_buffers_are_kept),
        cmocka_unit_test(many_for_each_call_are_an_arena),
        cmocka_unit_test(local_or_arena_is_a_matter_of_how_many_are_alive),
        cmocka_unit_test(one_of_five_hundred_may_outlive_its_owner),
        cmocka_unit_test(what_is_alive_has_outlived_its_owner),
        cmocka_unit_test(a_few_calls_of_a_helper_are_as_many_objects),
        cmocka_unit_test(a_helper_has_an_advice_for_each_owner),
        cmocka_unit_test(stacks_of_one_place_have_one_owner),
        cmocka_unit_test(callers_of_the_owner_are_not_alive_at_once),
        cmocka_unit_test(a_document_is_an_arena_of_one_call),
        cmocka_unit_test(a_document_is_known_by_where_it_is_freed),
        cmocka_unit_test(inlined_calls_own_what_ends_in_them),
        cmocka_unit_test(reallocs_are_steps),
        cmocka_unit_test(few_steps_are_none),
        cmocka_unit_test(replacing_grows_when_nine_of_ten_are_larger),
        cmocka_unit_test(first_links_join_the_rest_of_the_chain),
        cmocka_unit_test(containers_grow_by_the_name_of_their_function),
        cmocka_unit_test(what_is_trimmed_has_not_grown),
    };
    return cmocka_run_group_tests_name("advise_scopes", tests, NULL, NULL);
}
