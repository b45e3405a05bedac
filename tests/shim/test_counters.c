/* SPDX-License-Identifier: Apache-2.0
 *
 * Who owns which shard: threads that come, go, and are too many.
 */
#include "preload/context.h"
#include "preload/process/thread.h"
#include "tests/shim/host.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_buffer_goes_on_where_its_last_owner_stopped(void **unused)
{
    (void)unused;
    struct counter_shard *first = shard_acquire();
    assert_non_null(first);
    struct state_counters *counters = counters_of(first, 5);
    assert_ptr_equal(counters_of(first, 5), counters);
    assert_ptr_not_equal(counters_of(first, 6), counters);
    assert_int_equal(atomic_load(&counters->key), STATE_COUNTERS_KEY(first->index, 5));
    shard_release(first);
    uint32_t used = atomic_load(&state_map.header->shards_used);
    struct counter_shard *next = shard_acquire();
    assert_ptr_equal(next, first);
    assert_ptr_equal(counters_of(next, 5), counters);
    assert_int_equal(atomic_load(&state_map.header->shards_used), used);
    shard_release(next);
}

/* Threads that have a shard each until they are told to end. */
struct owners {
    pthread_t threads[STATE_SHARDS_MAX];
    struct counter_shard *shards[STATE_SHARDS_MAX];
    uint32_t ids[STATE_SHARDS_MAX];
    unsigned count;
    pthread_barrier_t ready, end;
};
static struct owners owners;

static void *owns_a_buffer(void *number)
{
    unsigned n = (unsigned)(uintptr_t)number;
    owners.ids[n] = thread_id();
    owners.shards[n] = shard_acquire();
    pthread_barrier_wait(&owners.ready);
    pthread_barrier_wait(&owners.end);
    return NULL;
}
static void past_64_owners_events_are_shared(void **unused)
{
    (void)unused;
    if (thread.context)
        shard_release(thread.context->shard);
    thread.context = NULL;
    pthread_barrier_init(&owners.ready, NULL, STATE_SHARDS_MAX);
    pthread_barrier_init(&owners.end, NULL, STATE_SHARDS_MAX);
    for (unsigned n = 0; n < STATE_SHARDS_MAX - 1; n++)
        assert_int_equal(
            pthread_create(&owners.threads[n], NULL, owns_a_buffer, (void *)(uintptr_t)n), 0);
    pthread_barrier_wait(&owners.ready);
    for (unsigned n = 0; n < STATE_SHARDS_MAX - 1; n++) {
        assert_non_null(owners.shards[n]);
        for (unsigned other = 0; other < n; other++)
            assert_ptr_not_equal(owners.shards[n], owners.shards[other]);
    }
    assert_null(shard_acquire());
    struct thread other = {0};
    struct event_context *borrowed = context_take(&other, true);
    assert_non_null(borrowed);
    assert_true(borrowed->shared);
    assert_ptr_equal(borrowed->shard, shard_shared());
    struct event_context *second = context_take(&other, true);
    assert_ptr_not_equal(second, borrowed);
    context_return(borrowed);
    assert_ptr_equal(context_take(&other, true), borrowed);
    context_return(borrowed);
    context_return(second);
    /* They end, and who asks next has one of theirs. */
    pthread_barrier_wait(&owners.end);
    for (unsigned n = 0; n < STATE_SHARDS_MAX - 1; n++) {
        pthread_join(owners.threads[n], NULL);
        while (!thread_is_gone(owners.ids[n]))
            sched_yield();
    }
    struct thread later = {.refusals = 3}; /* not one of the times that it asks */
    borrowed = context_take(&later, true);
    assert_true(borrowed->shared);
    context_return(borrowed);
    struct event_context *own = context_take(&later, true);
    assert_false(own->shared);
    shard_release(own->shard);
}
static void a_thread_keeps_its_slot(void **unused)
{
    (void)unused;
    struct thread one = {0};
    struct event_context *context = context_take(&one, true);
    assert_false(context->shared);
    assert_ptr_equal(context_take(&one, true), context);
    struct event_context *nested = context_take(&one, false);
    assert_true(nested->shared);
    context_return(nested);
    shard_release(context->shard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_goes_on_where_its_last_owner_stopped),
        cmocka_unit_test(a_thread_keeps_its_slot),
        cmocka_unit_test(past_64_owners_events_are_shared),
    };
    host_start("1");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    host_stop();
    return failed;
}
