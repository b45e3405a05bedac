/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/base/random.h"
#include "preload/base/text.h"
#include "preload/state.h"
#include "preload/state_values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_class_ends_where_the_next_begins(void **unused)
{
    (void)unused;
    for (uint64_t size = 0; size <= 64; size++)
        assert_int_equal(state_class_bytes(state_size_class(size)), size);
    for (uint32_t c = 1; c < STATE_CLASSES - 1; c++) {
        uint64_t most = state_class_bytes(c);
        assert_true(most > state_class_bytes(c - 1));
        assert_int_equal(state_size_class(most), c);
        assert_int_equal(state_size_class(most + 1), c + 1);
        assert_true(c <= 64 || most - state_class_bytes(c - 1) <= most / 4);
    }
    assert_int_equal(state_size_class(UINT64_MAX), STATE_CLASSES - 1);
    assert_true(state_class_bytes(STATE_CLASSES - 1) == UINT64_MAX);
}

static void text_is_cut_and_ends(void **unused)
{
    (void)unused;
    char buffer[8] = "xxxxxxx";
    struct text text = {buffer, sizeof buffer, 0};
    text_add(&text, "abc");
    text_add_cut(&text, "defgh", 2);
    assert_string_equal(buffer, "abcde");
    text_add(&text, "much too long");
    assert_string_equal(buffer, "abcdemu");
    text_add(&text, "more");
    assert_int_equal(text.length, 7);
}

static void numbers_have_a_base_and_a_width(void **unused)
{
    (void)unused;
    char buffer[64];
    struct text text = {buffer, sizeof buffer, 0};
    text_add_number(&text, 0, 10, 1);
    text_add(&text, " ");
    text_add_number(&text, UINT64_MAX, 10, 1);
    text_add(&text, " ");
    text_add_number(&text, 0xabc, 16, 16);
    assert_string_equal(buffer, "0 18446744073709551615 0000000000000abc");
}

static void draws_are_in_range_and_even(void **unused)
{
    (void)unused;
    uint64_t stream = 1, seen[10] = {0};
    for (unsigned i = 0; i < 100000; i++) {
        uint64_t drawn = random_1_to(&stream, 10);
        assert_true(drawn >= 1 && drawn <= 10);
        seen[drawn - 1]++;
    }
    for (unsigned i = 0; i < 10; i++)
        assert_true(seen[i] > 9600 && seen[i] < 10400);
    assert_int_equal(random_1_to(&stream, 1), 1);
    assert_true(random_u64() != random_u64());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_ends_where_the_next_begins),
        cmocka_unit_test(text_is_cut_and_ends),
        cmocka_unit_test(numbers_have_a_base_and_a_width),
        cmocka_unit_test(draws_are_in_range_and_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
