/* SPDX-License-Identifier: Apache-2.0
 *
 * How a process does, as totals and a timeline tell it: the rate of the last ten seconds, the last
 * event, and how sure what is live is.
 */
#include "collector/vitals.h"
#include "state_builder.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define SECOND    UINT64_C(1000000000)
#define TIMELINES (STATE_FEATURE_TOTALS | STATE_FEATURE_TIMELINE)

static struct state_builder builder;
static struct vitals vitals;

/* A process that began so many seconds ago and has these totals. */
static void begin(uint64_t seconds, uint64_t features, uint64_t allocated, uint64_t freed)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    state_builder_init(&builder, 40);
    struct state_header *header = state_builder_header(&builder);
    header->interval_bytes = 1;
    header->features_optional = features;
    header->start_monotonic_ns =
        (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec - seconds * SECOND;
    struct state_shard *shard = state_builder_buffer(&builder, 100);
    shard->allocated_bytes = allocated;
    shard->allocated_objects = allocated / 10;
    shard->freed_bytes = freed;
    shard->freed_objects = freed / 10;
}

/* In the ring whose step is 10 ms, and in the one of 100 ms. */
static void point(double seconds, uint64_t allocated)
{
    uint64_t ns = (uint64_t)(seconds * (double)SECOND);
    state_builder_point(&builder, 0, ns, allocated, allocated, allocated / 10);
    state_builder_point(&builder, 1, ns, allocated, allocated, allocated / 10);
}

static void read_them(void)
{
    char path[] = "test-vitals-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, builder.memory, builder.bytes), (ssize_t)builder.bytes);
    unlink(path);
    struct error *error = vitals_read(&vitals, fd, "test", true);
    if (error)
        fail_msg("%s", error_message(error));
    close(fd);
    state_builder_deinit(&builder);
}

static void expect_between(double low, double number, double high)
{
    if (!(number >= low && number <= high))
        fail_msg("%g is not from %g to %g", number, low, high);
}

static void test_steady(void **unused)
{
    (void)unused;
    begin(100, TIMELINES, 100000, 0);
    for (int n = 1; n < 1000; n++)
        point(0.1 * n, (uint64_t)n * 100);
    read_them();
    assert_true(vitals.has_rate);
    expect_between(990, vitals.rate_bytes, 1010);
    expect_between(99, vitals.rate_objects, 101);
    expect_between(0, (double)vitals.last_event_ns, 9e9);
    assert_int_equal(vitals.rings[1].count, STATE_READER_RING_POINTS);
    assert_int_equal(vitals.rings[1].step_ns, SECOND / 10);
    vitals_deinit(&vitals);
}

/* What it had fifty seconds ago it still had ten seconds ago. */
static void test_awake_again(void **unused)
{
    (void)unused;
    begin(100, TIMELINES, 6000, 0);
    point(50, 1000);
    point(99, 5000);
    read_them();
    expect_between(5000 / 10.2, vitals.rate_bytes, 5000 / 10.0);
    vitals_deinit(&vitals);
}

static void test_silent(void **unused)
{
    (void)unused;
    begin(100, TIMELINES, 1200, 0);
    point(50, 1000); /* and what came right after it */
    read_them();
    assert_true(vitals.has_rate);
    assert_true(vitals.rate_bytes == 0);
    expect_between(49e9, (double)vitals.last_event_ns, 80e9);
    vitals_deinit(&vitals);
    begin(100, TIMELINES, 1200, 0); /* all before the first point was due */
    read_them();
    assert_true(vitals.rate_bytes == 0);
    assert_true(vitals.has_last_event);
    expect_between(100e9, (double)vitals.last_event_ns, 130e9);
    vitals_deinit(&vitals);
}

static void test_young(void **unused)
{
    (void)unused;
    begin(2, TIMELINES, 1000, 0);
    read_them();
    expect_between(1000 / 10.2, vitals.rate_bytes, 500);
    vitals_deinit(&vitals);
}

/* Neither a state without a timeline nor one of another clock has a rate. */
static void test_unknown(void **unused)
{
    (void)unused;
    begin(100, STATE_FEATURE_TOTALS, 1000, 400);
    read_them();
    assert_false(vitals.has_rate);
    assert_false(vitals.has_last_event);
    assert_int_equal(vitals_live_bytes(&vitals), 600);
    assert_int_equal(vitals_live_objects(&vitals), 60);
    vitals_deinit(&vitals);
    begin(0, TIMELINES, 1000, 400);
    state_builder_header(&builder)->start_monotonic_ns += 1000 * SECOND;
    read_them();
    assert_false(vitals.has_rate);
    vitals_deinit(&vitals);
}

/* T B (1 - B/S), of what is in samples smaller than T. */
static void test_errors(void **unused)
{
    (void)unused;
    begin(1, TIMELINES, 1000000, 500000);
    read_them();
    assert_true(vitals.error_bytes == 0 && vitals.error_objects == 0);
    vitals_deinit(&vitals);
    begin(1, TIMELINES, 1000000, 500000);
    state_builder_header(&builder)->interval_bytes = 10000;
    read_them();
    double error = 1.96 * sqrt(10000.0 * 500000 * 0.5);
    expect_between(error * 0.999, vitals.error_bytes, error * 1.001);
    expect_between(error / 10 * 0.999, vitals.error_objects, error / 10 * 1.001);
    vitals_deinit(&vitals);
    begin(1, TIMELINES, 1000000, 0); /* nothing was freed: what is live is all, and known */
    state_builder_header(&builder)->interval_bytes = 10000;
    read_them();
    assert_true(vitals.error_bytes == 0);
    vitals_deinit(&vitals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steady),  cmocka_unit_test(test_awake_again),
        cmocka_unit_test(test_silent),  cmocka_unit_test(test_young),
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
