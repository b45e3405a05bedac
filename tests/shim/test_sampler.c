/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/config.h"
#include "preload/sampler.h"
#include "tests/shim/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* As the interposed functions do it. */
static bool allocate(uint64_t size, struct estimate *estimate)
{
    struct weight weight;
    if (sampler_pass(size) || !sampler_draw(&thread, size, &weight))
        return false;
    *estimate = sampler_estimate(size, weight);
    return true;
}

/* Sums of estimates over `count` objects of `size`, of a new thread. */
static struct estimate total(uint64_t size, unsigned count)
{
    struct estimate sum = {0}, one;
    memset(&thread, 0, sizeof thread);
    for (unsigned i = 0; i < count; i++)
        if (allocate(size, &one)) {
            sum.objects += one.objects;
            sum.bytes += one.bytes;
        }
    return sum;
}

static void at_interval_1_everything_is_itself(void **unused)
{
    (void)unused;
    struct estimate one;
    config.interval_bytes = 1;
    static const uint64_t sizes[] = {0, 1, 16, 4096, PTRDIFF_MAX};
    for (unsigned i = 0; i < 5; i++) {
        assert_true(allocate(sizes[i], &one));
        assert_int_equal(one.objects, 1);
        assert_int_equal(one.bytes, sizes[i]);
    }
}

/* Every thread's total is off by less than two intervals: that is what strata do. */
static void totals_are_nearly_exact(void **unused)
{
    (void)unused;
    static const uint64_t sizes[] = {1, 16, 100, 1000, 4095, 4096, 5000};
    config.interval_bytes = 4096;
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned count = (unsigned)(20000000 / sizes[i]);
        struct estimate sum = total(sizes[i], count);
        int64_t off = (int64_t)(sum.bytes - sizes[i] * count);
        assert_true(llabs(off) < 2 * 4096);
        double objects = (double)sum.objects / count;
        assert_true(objects > 0.99 && objects < 1.01);
    }
}

/* The mean over many threads is the truth, for an object that no mark is sure to hit. */
static void one_object_counts_for_itself_on_average(void **unused)
{
    (void)unused;
    config.interval_bytes = 4096;
    double bytes = 0, objects = 0;
    enum { THREADS = 200000, SIZE = 300 };
    for (unsigned i = 0; i < THREADS; i++) {
        struct estimate sum = total(SIZE, 1);
        bytes += (double)sum.bytes / THREADS;
        objects += (double)sum.objects / THREADS;
    }
    assert_true(bytes > SIZE * 0.97 && bytes < SIZE * 1.03);
    assert_true(objects > 0.97 && objects < 1.03);
}

static void large_objects_take_nothing_of_the_stream(void **unused)
{
    (void)unused;
    struct estimate one;
    config.interval_bytes = 4096;
    total(10, 1);
    uint64_t countdown = thread.countdown, reserve = thread.reserve;
    static const uint64_t sizes[] = {4096, 1 << 20, PTRDIFF_MAX, SIZE_MAX - 1};
    for (unsigned i = 0; i < 4; i++) {
        assert_true(allocate(sizes[i], &one));
        assert_int_equal(one.objects, 1);
        assert_int_equal(one.bytes, sizes[i]);
    }
    assert_int_equal(thread.countdown, countdown);
    assert_int_equal(thread.reserve, reserve);
}

static void size_0_is_never_drawn_when_sampling(void **unused)
{
    (void)unused;
    config.interval_bytes = 2;
    assert_int_equal(total(0, 100000).objects, 0);
}

static void the_seed_decides(void **unused)
{
    (void)unused;
    struct thread a = {0}, b = {0};
    struct weight weight;
    config.interval_bytes = 4096;
    sampler_draw(&a, 1, &weight);
    sampler_draw(&b, 1, &weight);
    assert_true(a.mark != b.mark || a.random != b.random); /* another thread, other marks */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_interval_1_everything_is_itself),
        cmocka_unit_test(totals_are_nearly_exact),
        cmocka_unit_test(one_object_counts_for_itself_on_average),
        cmocka_unit_test(large_objects_take_nothing_of_the_stream),
        cmocka_unit_test(size_0_is_never_drawn_when_sampling),
        cmocka_unit_test(the_seed_decides),
    };
    config.seed = 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
