/* SPDX-License-Identifier: Apache-2.0
 *
 * The rings of the timeline, and what counters had at the peak.
 */
#include "preload/context.h"
#include "preload/count.h"
#include "preload/peak.h"
#include "preload/process/thread.h"
#include "preload/saved.h"
#include "preload/state_values.h"
#include "preload/timeline.h"
#include "tests/shim/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define STEP_NS STATE_RING_FIRST_NS

static const struct state_point *point_at(unsigned ring, unsigned place)
{
    return state_map_record(STATE_TABLE_TIMELINE, ring * STATE_RING_POINTS + place,
                            sizeof(struct state_point));
}
static struct shard_totals totals_of(uint64_t n)
{
    return (struct shard_totals){n * 100, n, n * 40};
}
static bool is_point(unsigned ring, unsigned place, uint64_t ns, uint64_t n)
{
    const struct state_point *point = point_at(ring, place);
    return point->stamp == state_point_stamp(ns, n * 60, n * 100, n) &&
           point->inuse_bytes == n * 60 && point->allocated_bytes == n * 100 &&
           point->allocated_objects == n;
}
static void write_at(uint64_t ns, uint64_t n)
{
    struct shard_totals totals = totals_of(n);
    timeline_write(ns, &totals);
}
static void clear_timeline(void)
{
    memset(&timeline, 0, sizeof timeline);
    for (unsigned ring = 0; ring < STATE_RINGS; ring++)
        for (unsigned place = 0; place < STATE_RING_POINTS; place++)
            memset((void *)point_at(ring, place), 0, sizeof(struct state_point));
}

static void a_point_is_written_once_a_step(void **unused)
{
    (void)unused;
    clear_timeline();
    write_at(STEP_NS - 1, 1); /* before the first step */
    assert_int_equal(point_at(0, 0)->stamp, 0);
    write_at(STEP_NS, 2);
    write_at(2 * STEP_NS - 1, 3); /* in the same step */
    assert_true(is_point(0, 1, STEP_NS, 2));
    write_at(5 * STEP_NS + 7, 4); /* nothing was written between */
    assert_true(is_point(0, 5, 5 * STEP_NS + 7, 4));
    for (unsigned place = 2; place < 5; place++)
        assert_int_equal(point_at(0, place)->stamp, 0);
}

static void each_ring_has_ten_times_the_step(void **unused)
{
    (void)unused;
    clear_timeline();
    uint64_t step_ns = STEP_NS;
    for (unsigned ring = 0; ring < STATE_RINGS; ring++, step_ns *= 10) {
        write_at(step_ns - 1, 10 + ring);
        assert_int_equal(point_at(ring, 1)->stamp, 0);
        write_at(step_ns, 20 + ring);
        for (unsigned longer = 0; longer < STATE_RINGS; longer++)
            assert_int_equal(point_at(longer, 1)->stamp != 0, longer <= ring);
        assert_true(is_point(ring, 1, step_ns, 20 + ring));
    }
}

static void a_ring_turns_and_keeps_the_last_600(void **unused)
{
    (void)unused;
    clear_timeline();
    for (uint64_t step = 1; step <= 1500; step++)
        write_at(step * STEP_NS, step);
    for (uint64_t step = 901; step <= 1500; step++)
        assert_true(is_point(0, (unsigned)(step % STATE_RING_POINTS), step * STEP_NS, step));
    for (uint64_t step = 1; step <= 150; step++)
        assert_true(is_point(1, (unsigned)step, step * 10 * STEP_NS, step * 10));
}

static void more_freed_than_allocated_is_nothing_in_use(void **unused)
{
    (void)unused;
    clear_timeline();
    struct shard_totals totals = {100, 1, 140};
    timeline_write(STEP_NS, &totals);
    assert_int_equal(point_at(0, 1)->inuse_bytes, 0);
    assert_int_equal(point_at(0, 1)->stamp, state_point_stamp(STEP_NS, 0, 100, 1));
}

static void without_room_nothing_is_due(void **unused)
{
    (void)unused;
    clear_timeline();
    uint64_t had = state_map.header->features_optional;
    state_map.header->features_optional &= ~STATE_FEATURE_TIMELINE;
    timeline_begin();
    for (unsigned ring = 0; ring < STATE_RINGS; ring++)
        assert_true(timeline.due_ns[ring] == UINT64_MAX);
    write_at(STEP_NS, 1);
    assert_int_equal(point_at(0, 1)->stamp, 0);
    state_map.header->features_optional = had;
    clear_timeline();
}

/* --- the table PEAKS --- */

static struct state_peak *saved_of(const struct state_counters *counters)
{
    const struct state_header *h = state_map.header;
    uint64_t from = (uint64_t)((const char *)counters - (const char *)h) - h->chunks_offset;
    const uint32_t *entries = (const uint32_t *)((const char *)h + h->chunk_table_offset);
    uint32_t ordinal = STATE_CHUNK_ORDINAL(entries[from / h->chunk_bytes]);
    char *chunk = state_map_chunk(STATE_TABLE_PEAKS, ordinal);
    return chunk ? (struct state_peak *)(chunk + from % h->chunk_bytes) : NULL;
}
static bool has_saved(const struct state_counters *counters, uint64_t n)
{
    const struct state_peak *saved = saved_of(counters);
    return saved && saved->allocated_objects == n && saved->allocated_bytes == 10 * n &&
           saved->freed_objects == n / 2 && saved->freed_bytes == 5 * n;
}
static void set(struct state_counters *counters, uint64_t n)
{
    counters->allocated_objects = n;
    counters->allocated_bytes = 10 * n;
    counters->freed_objects = n / 2;
    counters->freed_bytes = 5 * n;
}

static void counters_of_any_chunk_have_their_own_record(void **unused)
{
    (void)unused;
    enum { COUNTERS = 3000 }; /* in four chunks and more */
    static struct state_counters *counters[COUNTERS];
    struct counter_shard *shard = shard_acquire();
    for (uint32_t n = 0; n < COUNTERS; n++) {
        counters[n] = counters_of(shard, 100 + n);
        set(counters[n], n + 1);
        saved_save(counters[n], 7);
        set(counters[n], 0);
    }
    for (uint32_t n = 0; n < COUNTERS; n++) {
        assert_true(has_saved(counters[n], n + 1));
        assert_int_equal(counters[n]->epoch, 7);
    }
    shard_release(shard);
}

static void the_owner_saves_once_an_epoch(void **unused)
{
    (void)unused;
    struct state_header_peak *peak = &state_map.header->peak;
    struct counter_shard *shard = shard_acquire();
    struct state_counters *counters = counters_of(shard, 50);
    peak->epoch_level = 3;
    count_enter_epoch(peak, counters);
    assert_true(has_saved(counters, 0));
    set(counters, 8);
    count_enter_epoch(peak, counters); /* not again */
    assert_true(has_saved(counters, 0));
    peak->epoch_level = (uint64_t)9 << 32 | 4; /* the level is not part of the epoch */
    count_enter_epoch(peak, counters);
    assert_true(has_saved(counters, 8));
    assert_int_equal(counters->epoch, 4);
    peak->epoch_level = 1;
    shard_release(shard);
}

static void in_the_shared_shard_a_mark_says_what_was_saved(void **unused)
{
    (void)unused;
    struct state_header_peak *peak = &state_map.header->peak;
    uint32_t site = 60;
    assert_true(counters_reserve(site));
    struct state_counters *counters = counters_shared(&site);
    assert_int_equal(site, 60);
    const uint64_t values[] = {8, 80, 4, 40};
    peak->epoch_level = 5;
    set(counters, 8);
    saved_save_shared(counters);
    assert_true(has_saved(counters, 8));
    assert_true(saved_of(counters)->mark == state_peak_mark(5, values));
    assert_int_equal(counters->epoch, 5);
    set(counters, 10);
    saved_save_shared(counters); /* not again */
    peak->epoch_level = 4;       /* and not for one who is late */
    saved_save_shared(counters);
    assert_true(has_saved(counters, 8));
    assert_true(saved_of(counters)->mark == state_peak_mark(5, values));
    peak->epoch_level = 1;
}

static void a_level_is_at_most_the_bytes_and_in_their_order(void **unused)
{
    (void)unused;
    uint64_t before = 1; /* a single byte counts as none */
    for (uint64_t bytes = 2; bytes < UINT64_MAX / 3; bytes += bytes / 3 + 1) {
        uint64_t level = state_level_bytes(state_level(bytes));
        assert_true(level <= bytes && bytes - level <= bytes >> 26);
        assert_true(state_level(bytes) >= state_level(before));
        before = bytes;
    }
    assert_int_equal(state_level_bytes(state_level(0)), 0);
}

static void a_range_without_an_end_is_never_left(void **unused)
{
    (void)unused;
    assert_false(peak_rose_far(INT64_MAX, INT64_MAX));
    assert_false(peak_fell_far(1, INT64_MAX));
    assert_false(peak_fell_far(-INT64_MAX, INT64_MAX));
    assert_true(peak_rose_far(101, 100) && !peak_rose_far(100, 100) && !peak_rose_far(-101, 100));
    assert_true(peak_fell_far(-101, 100) && !peak_fell_far(-100, 100) && !peak_fell_far(101, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_is_written_once_a_step),
        cmocka_unit_test(each_ring_has_ten_times_the_step),
        cmocka_unit_test(a_ring_turns_and_keeps_the_last_600),
        cmocka_unit_test(more_freed_than_allocated_is_nothing_in_use),
        cmocka_unit_test(without_room_nothing_is_due),
        cmocka_unit_test(counters_of_any_chunk_have_their_own_record),
        cmocka_unit_test(the_owner_saves_once_an_epoch),
        cmocka_unit_test(in_the_shared_shard_a_mark_says_what_was_saved),
        cmocka_unit_test(a_range_without_an_end_is_never_left),
        cmocka_unit_test(a_level_is_at_most_the_bytes_and_in_their_order),
    };
    host_start("1");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    host_stop();
    return failed;
}
