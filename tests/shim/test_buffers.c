/* SPDX-License-Identifier: Apache-2.0
 *
 * Who owns which buffer: threads that come, go, and are too many.
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
    struct buffer *first = buffers_acquire();
    assert_non_null(first);
    struct state_cell *cell = buffers_cell(first, 5);
    assert_ptr_equal(buffers_cell(first, 5), cell);
    assert_ptr_not_equal(buffers_cell(first, 6), cell);
    assert_int_equal(cell->buffer, first->index);
    assert_int_equal(atomic_load(&cell->site), 5);
    buffers_release(first);
    uint32_t used = atomic_load(&root.segment.header->buffers_used);
    struct buffer *next = buffers_acquire();
    assert_ptr_equal(next, first);
    assert_ptr_equal(buffers_cell(next, 5), cell);
    assert_int_equal(atomic_load(&root.segment.header->buffers_used), used);
    buffers_release(next);
}

/* Threads that have a buffer each until they are told to end. */
struct owners {
    pthread_t threads[STATE_BUFFERS_MAX];
    struct buffer *buffers[STATE_BUFFERS_MAX];
    uint32_t ids[STATE_BUFFERS_MAX];
    unsigned count;
    pthread_barrier_t ready, end;
};
static struct owners owners;

static void *owns_a_buffer(void *number)
{
    unsigned n = (unsigned)(uintptr_t)number;
    owners.ids[n] = thread_id();
    owners.buffers[n] = buffers_acquire();
    pthread_barrier_wait(&owners.ready);
    pthread_barrier_wait(&owners.end);
    return NULL;
}
static void past_64_owners_events_are_shared(void **unused)
{
    (void)unused;
    if (thread.slot)
        buffers_release(thread.slot->buffer);
    thread.slot = NULL;
    pthread_barrier_init(&owners.ready, NULL, STATE_BUFFERS_MAX);
    pthread_barrier_init(&owners.end, NULL, STATE_BUFFERS_MAX);
    for (unsigned n = 0; n < STATE_BUFFERS_MAX - 1; n++)
        assert_int_equal(
            pthread_create(&owners.threads[n], NULL, owns_a_buffer, (void *)(uintptr_t)n), 0);
    pthread_barrier_wait(&owners.ready);
    for (unsigned n = 0; n < STATE_BUFFERS_MAX - 1; n++) {
        assert_non_null(owners.buffers[n]);
        for (unsigned other = 0; other < n; other++)
            assert_ptr_not_equal(owners.buffers[n], owners.buffers[other]);
    }
    assert_null(buffers_acquire());
    struct thread other = {0};
    struct slot *borrowed = slots_take(&other, true);
    assert_non_null(borrowed);
    assert_true(borrowed->shared);
    assert_ptr_equal(borrowed->buffer, buffers_shared());
    struct slot *second = slots_take(&other, true);
    assert_ptr_not_equal(second, borrowed);
    slots_return(borrowed);
    assert_ptr_equal(slots_take(&other, true), borrowed);
    slots_return(borrowed);
    slots_return(second);
    /* They end, and who asks next has one of theirs. */
    pthread_barrier_wait(&owners.end);
    for (unsigned n = 0; n < STATE_BUFFERS_MAX - 1; n++) {
        pthread_join(owners.threads[n], NULL);
        while (!thread_is_gone(owners.ids[n]))
            sched_yield();
    }
    struct thread later = {.refusals = 3}; /* not one of the times that it asks */
    borrowed = slots_take(&later, true);
    assert_true(borrowed->shared);
    slots_return(borrowed);
    struct slot *own = slots_take(&later, true);
    assert_false(own->shared);
    buffers_release(own->buffer);
}
static void a_thread_keeps_its_slot(void **unused)
{
    (void)unused;
    struct thread one = {0};
    struct slot *slot = slots_take(&one, true);
    assert_false(slot->shared);
    assert_ptr_equal(slots_take(&one, true), slot);
    struct slot *nested = slots_take(&one, false);
    assert_true(nested->shared);
    slots_return(nested);
    buffers_release(slot->buffer);
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
