/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof push without a network: when it pushes, what follows from an answer, and what a base is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/push/base.h"
#include "tools/push/label_source.h"
#include "tools/push/labels.h"
#include "tools/push/schedule.h"

#define EVERY_MS 15000

static uint64_t state = 1;

static uint64_t random_number(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 33;
}

static enum push_next answer(struct push_schedule *schedule, struct push_gate *gate,
                             enum push_answer with, int64_t now_ms, int64_t asked_ms)
{
    const struct push_outcome outcome = {with, now_ms, now_ms, asked_ms, random_number()};
    return push_schedule_take(schedule, gate, &outcome, EVERY_MS);
}

static void test_statuses(void **context)
{
    (void)context;
    static const struct {
        long status;
        enum push_answer answer;
    } all[] = {{200, PUSH_ACCEPTED},  {204, PUSH_ACCEPTED},  {302, PUSH_FORBIDDEN},
               {400, PUSH_REFUSED},   {401, PUSH_FORBIDDEN}, {403, PUSH_FORBIDDEN},
               {404, PUSH_FORBIDDEN}, {408, PUSH_LATER},     {413, PUSH_TOO_LARGE},
               {422, PUSH_REFUSED},   {429, PUSH_LATER},     {500, PUSH_LATER},
               {503, PUSH_LATER},     {0, PUSH_LATER}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(push_answer_of_status(all[i].status), all[i].answer);
}

static void test_windows(void **context)
{
    (void)context;
    assert_int_equal(push_window_of(1000, 1000), PUSH_WINDOW_EMPTY);
    assert_int_equal(push_window_of(1000, 1001), PUSH_WINDOW_READY);
    assert_int_equal(push_window_of(1000, 1000 + 3540), PUSH_WINDOW_READY);
    assert_int_equal(push_window_of(1000, 1000 + 3541), PUSH_WINDOW_TOO_LONG);
    assert_int_equal(push_window_of(10000, 9999), PUSH_WINDOW_BACK);
    assert_int_equal(push_window_of(10000, 6400), PUSH_WINDOW_BACK);
    assert_int_equal(push_window_of(10000, 6399), PUSH_WINDOW_FAR_BACK);
}

static void test_the_first_push_is_at_a_random_point(void **context)
{
    (void)context;
    int64_t least = EVERY_MS, most = 0;
    for (int i = 0; i < 1000; i++) {
        struct push_schedule schedule;
        push_schedule_init(&schedule, 5000, EVERY_MS, 16000, random_number());
        int64_t after = schedule.due_ms - 5000;
        assert_in_range(after, 0, EVERY_MS - 1);
        least = after < least ? after : least;
        most = after > most ? after : most;
    }
    assert_true(least < EVERY_MS / 20 && most > EVERY_MS - EVERY_MS / 20);
}

static void test_the_rhythm_is_kept(void **context)
{
    (void)context;
    struct push_gate gate = {0};
    struct push_schedule schedule;
    push_schedule_init(&schedule, 0, EVERY_MS, 16000, 7);
    assert_false(push_schedule_is_due(&schedule, &gate, 6));
    assert_true(push_schedule_is_due(&schedule, &gate, 7));
    assert_int_equal(answer(&schedule, &gate, PUSH_ACCEPTED, 500, 0), PUSH_GOES_ON);
    assert_int_equal(schedule.due_ms, 7 + EVERY_MS);
    /* One that was late leaves out what it has missed. */
    answer(&schedule, &gate, PUSH_ACCEPTED, 7 + 3 * EVERY_MS + 1, 0);
    assert_int_equal(schedule.due_ms, 7 + 4 * EVERY_MS);
}

static void test_a_server_that_is_away_is_asked_less_and_less(void **context)
{
    (void)context;
    int64_t sums[12] = {0};
    for (int run = 0; run < 400; run++) {
        struct push_gate gate = {0};
        struct push_schedule schedule;
        int64_t now_ms = 0;
        push_schedule_init(&schedule, 0, EVERY_MS, 16000, 0);
        for (int i = 0; i < 12; i++) {
            assert_int_equal(answer(&schedule, &gate, i % 2 ? PUSH_LATER : PUSH_LOST, now_ms, 0),
                             PUSH_GOES_ON);
            int64_t wait_ms = gate.not_before_ms - now_ms;
            assert_in_range(wait_ms, 0, PUSH_BACKOFF_MS);
            sums[i] += wait_ms;
            now_ms = gate.not_before_ms;
            assert_true(push_schedule_is_due(&schedule, &gate, now_ms));
        }
        assert_int_equal(schedule.refused, 0);
        answer(&schedule, &gate, PUSH_ACCEPTED, now_ms, 0);
        assert_int_equal(gate.failures, 0);
    }
    /* Full jitter: half of 2, 4, 8 ... 300 s on average. */
    for (int i = 0; i < 12; i++) {
        int64_t bound = 2000 << i < PUSH_BACKOFF_MS ? 2000 << i : PUSH_BACKOFF_MS;
        assert_in_range(sums[i] / 400, bound * 2 / 5, bound * 3 / 5);
    }
}

static void test_many_that_fail_together_are_one_failure(void **context)
{
    (void)context;
    struct push_gate gate = {0};
    struct push_schedule schedules[8];
    for (int i = 0; i < 8; i++) {
        push_schedule_init(&schedules[i], 0, EVERY_MS, 16000, 0);
        const struct push_outcome outcome = {PUSH_LATER, 0, 100 + i, 0, random_number()};
        push_schedule_take(&schedules[i], &gate, &outcome, EVERY_MS);
    }
    assert_int_equal(gate.failures, 1);
}

static void test_retry_after_is_honoured(void **context)
{
    (void)context;
    struct push_gate gate = {0};
    struct push_schedule schedule;
    push_schedule_init(&schedule, 0, EVERY_MS, 16000, 0);
    answer(&schedule, &gate, PUSH_LATER, 1000, 120000);
    assert_int_equal(gate.not_before_ms, 121000);
    gate = (struct push_gate){0};
    answer(&schedule, &gate, PUSH_LATER, 1000, INT64_C(1000000) * 1000000);
    assert_int_equal(gate.not_before_ms, 1000 + PUSH_ASKED_MS);
}

static void test_what_is_refused(void **context)
{
    (void)context;
    struct push_gate gate = {0};
    struct push_schedule schedule;
    push_schedule_init(&schedule, 0, EVERY_MS, 16000, 0);
    /* Half the samples at once, again and again. */
    assert_int_equal(answer(&schedule, &gate, PUSH_TOO_LARGE, 10, 0), PUSH_GOES_ON);
    assert_int_equal(schedule.most_samples, 8000);
    assert_int_equal(schedule.due_ms, 10);
    answer(&schedule, &gate, PUSH_ACCEPTED, 20, 0);
    assert_int_equal(schedule.most_samples, 8000);
    /* Ten in a row, not eleven of which one was taken. */
    for (int i = 0; i < 9; i++)
        assert_int_equal(answer(&schedule, &gate, PUSH_REFUSED, 30, 0), PUSH_GOES_ON);
    assert_int_equal(answer(&schedule, &gate, PUSH_ACCEPTED, 30, 0), PUSH_GOES_ON);
    for (int i = 0; i < 9; i++)
        assert_int_equal(answer(&schedule, &gate, i % 2 ? PUSH_REFUSED : PUSH_TOO_LARGE, 30, 0),
                         PUSH_GOES_ON);
    assert_int_equal(answer(&schedule, &gate, PUSH_REFUSED, 30, 0), PUSH_GIVES_UP);
    assert_int_equal(answer(&schedule, &gate, PUSH_FORBIDDEN, 30, 0), PUSH_STOPS);
    while (schedule.most_samples > 1)
        answer(&schedule, &gate, PUSH_TOO_LARGE, 40, 0);
    answer(&schedule, &gate, PUSH_TOO_LARGE, 40, 0);
    assert_int_equal(schedule.most_samples, 1);
}

/* ---- the base ---- */

static struct counts counts_of(const uint64_t *bytes, uint32_t count)
{
    struct counts counts = {.of_site = calloc(count + 1, sizeof *counts.of_site), .count = count};
    for (uint32_t i = 0; i < count; i++)
        counts.of_site[i] = (struct state_reader_counts){.allocated_objects = bytes[i] / 10,
                                                         .allocated_bytes = bytes[i],
                                                         .freed_objects = bytes[i] / 20,
                                                         .freed_bytes = bytes[i] / 2};
    return counts;
}

/* A thousand pushes of which a third fail, and a pusher that is restarted now and then, as the
 * server and the clock have it: what was taken adds up to what was allocated, but for pushes
 * that count as ambiguous. */
static void test_what_is_taken_adds_up(void **context)
{
    (void)context;
    enum { SITES = 20, PUSHES = 1000 };
    const struct push_base_of of = {7, 4026531836u, 123456789, 42};
    uint64_t bytes[SITES] = {0}, taken = 0, twice = 0, ambiguous = 0;
    struct push_base base;
    int64_t now_s = 1000000, last_until_s = now_s;
    push_base_begin(&base, &of, now_s);
    for (int i = 0; i < PUSHES; i++) {
        uint32_t sites = 1 + (uint32_t)i * SITES / PUSHES;
        for (uint32_t k = 0; k < sites; k++)
            bytes[k] += random_number() % 1000;
        now_s += (int64_t)(random_number() % 30);
        if (push_window_of(base.accepted_s, now_s) != PUSH_WINDOW_READY)
            continue;
        assert_true(base.accepted_s >= last_until_s);
        struct counts counts = counts_of(bytes, sites);
        uint64_t told = push_base_bytes_since(&base, &counts);
        uint64_t chance = random_number() % 100;
        base.in_flight = true;
        if (chance >= 30) {
            taken += told;
            last_until_s = now_s;
            push_base_move(&base, &counts, now_s);
        } else if (chance < 10) { /* taken, and the answer was lost */
            taken += told;
            twice += told;
            ambiguous++;
            base.ambiguous++;
            base.in_flight = false;
        } else {
            base.in_flight = false;
        }
        counts_deinit(&counts);
        if (random_number() % 20 == 0) { /* a restart */
            size_t size;
            struct push_base again;
            unsigned char *text = push_base_encode(&base, &size);
            assert_null(push_base_decode(&again, text, size, &of));
            free(text);
            push_base_deinit(&base);
            base = again;
        }
    }
    struct counts counts = counts_of(bytes, SITES);
    taken += push_base_bytes_since(&base, &counts);
    uint64_t all = 0;
    for (int k = 0; k < SITES; k++)
        all += bytes[k];
    assert_int_equal(taken - twice, all);
    assert_int_equal(base.ambiguous, ambiguous);
    assert_true(ambiguous > 50);
    counts_deinit(&counts);
    push_base_deinit(&base);
}

static void test_a_base_is_what_was_written(void **context)
{
    (void)context;
    const struct push_base_of of = {7, 1, 2, 3}, another = {8, 1, 2, 3};
    const uint64_t bytes[] = {100, 0, UINT64_MAX};
    struct push_base base, again;
    size_t size;
    push_base_begin(&base, &of, 5);
    struct counts counts = counts_of(bytes, 3);
    push_base_move(&base, &counts, 77);
    assert_null(counts.of_site);
    assert_int_equal(base.counts.of_site[0].freed_bytes, 100); /* nothing of it is in use */
    base.in_flight = true;
    base.ambiguous = 4;
    unsigned char *text = push_base_encode(&base, &size);
    assert_null(push_base_decode(&again, text, size, &of));
    assert_true(again.in_flight && again.ambiguous == 4 && again.accepted_s == 77);
    assert_memory_equal(again.counts.of_site, base.counts.of_site, 3 * sizeof *counts.of_site);
    push_base_deinit(&again);
    uint32_t in_flight = 0;
    memcpy(text + push_base_in_flight_offset(), &in_flight, sizeof in_flight);
    assert_null(push_base_decode(&again, text, size, &of));
    assert_false(again.in_flight);
    push_base_deinit(&again);
    /* Whatever else is there is no base of that process. */
    assert_string_equal(push_base_decode(&again, text, size, &another), "it is another process's");
    for (size_t cut = 0; cut < size; cut++)
        assert_non_null(push_base_decode(&again, text, cut, &of));
    text[8]++;
    assert_string_equal(push_base_decode(&again, text, size, &of),
                        "another version of memprof wrote it");
    text[0]++;
    assert_string_equal(push_base_decode(&again, text, size, &of), "it is no base of memprof push");
    free(text);
    push_base_deinit(&base);
}

/* ---- labels ---- */

static bool is_label(const char *name, const char *value, bool is_parca)
{
    struct push_labels labels = {.count = 0};
    struct error *error = push_labels_add(&labels, name, value, is_parca);
    bool is_one = !error;
    error_destroy(error);
    push_labels_deinit(&labels);
    return is_one;
}

static void test_labels(void **context)
{
    (void)context;
    assert_true(is_label("zone", "eu-1", false) && is_label("a.b", "x y", false));
    assert_false(is_label("a.b", "x", true));
    assert_false(is_label("", "x", false) || is_label("1a", "x", false) ||
                 is_label("a-b", "x", false) || is_label("__name__", "x", false) ||
                 is_label("memprof_end", "x", false) || is_label("a", "", false) ||
                 is_label("a", "x,y=z", false) || is_label("a", "x}", false) ||
                 is_label("a", "\xff", false) || is_label("a", "x\ny", false));
    struct push_labels labels = {.count = 0};
    assert_null(push_labels_add(&labels, "a", "1", false));
    struct error *error = push_labels_add(&labels, "a", "2", false);
    assert_string_equal(error_message(error), "label 'a' is given twice");
    error_destroy(error);
    assert_true(push_labels_add_found(&labels, "b", "x{y}\xff\n", 6));
    assert_string_equal(labels.items[1].value, "x_y_?_");
    assert_true(push_labels_add_found(&labels, "c", "", 0));
    assert_int_equal(labels.count, 2);
    push_labels_deinit(&labels);
}

static void test_containers(void **context)
{
    (void)context;
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    static const struct {
        const char *text, *value;
    } all[] = {
        {"0::/system.slice/docker-" ID ".scope\n", ID},
        {"12:pids:/docker/" ID "\n11:cpu:/docker/" ID "\n0::/x\n", ID},
        {"0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-" ID ".scope\n", ID},
        {"0::/kubepods/burstable/pod1/" ID "\n", ID},
        {"3:cpu:/other\n0::/system.slice/app.service\n", "app.service"},
        {"0::/" ID "0\n", ID "0"},
        {"0::/\n", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t length = 0;
        char *text = strdup(all[i].text);
        const char *value = label_of_cgroup(text, &length);
        assert_int_equal(value != NULL, all[i].value != NULL);
        if (value)
            assert_true(length == strlen(all[i].value) && memcmp(value, all[i].value, length) == 0);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_the_first_push_is_at_a_random_point),
        cmocka_unit_test(test_the_rhythm_is_kept),
        cmocka_unit_test(test_a_server_that_is_away_is_asked_less_and_less),
        cmocka_unit_test(test_many_that_fail_together_are_one_failure),
        cmocka_unit_test(test_retry_after_is_honoured),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_what_is_taken_adds_up),
        cmocka_unit_test(test_a_base_is_what_was_written),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_containers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
