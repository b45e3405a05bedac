/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of one process, by one thread: live, index, sites, segment.
 */
#include "preload/base/random.h"
#include "preload/index.h"
#include "preload/nodes.h"
#include "preload/process/config.h"
#include "preload/process/sandbox.h"
#include "preload/process/thread.h"
#include "preload/sites.h"
#include "tests/shim/host.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t lost(enum state_loss loss)
{
    return atomic_load(&state_map.header->lost[loss]);
}

/* --- live --- */

static void live_blocks_are_found_once(void **unused)
{
    (void)unused;
    enum { BLOCKS = 200000 };
    struct live_record record, stale;
    for (uint32_t n = 0; n < BLOCKS; n++) {
        record = (struct live_record){2 + n % 1000, n * 3, {(uint8_t)(n % 3), (uint8_t)(n % 2)}, 0};
        assert_true(live_put(HOST_BLOCK(n), &record) ||
                    live_insert(HOST_BLOCK(n), &record, &stale));
    }
    for (uint32_t n = BLOCKS; n-- > 0;) {
        assert_true(live_maybe(HOST_BLOCK(n)));
        assert_true(live_take(HOST_BLOCK(n), &record));
        assert_int_equal(record.site, 2 + n % 1000);
        assert_int_equal(record.size_bytes, n * 3);
        assert_int_equal(record.weight.marks, n % 3);
        assert_int_equal(record.weight.round_up, n % 2);
        assert_false(live_take(HOST_BLOCK(n), &record));
    }
    for (uint32_t n = 0; n < BLOCKS; n++)
        assert_false(live_maybe(HOST_BLOCK(n)));
}

static void live_keeps_the_largest_values(void **unused)
{
    (void)unused;
    struct live_record in = {STATE_SITES_MAX - 1, (UINT64_C(1) << 47) - 1, {2, 1}, 0}, out, stale;
    void *block = (void *)((UINT64_C(1) << 47) - 8);
    assert_true(live_insert(block, &in, &stale));
    assert_true(live_take(block, &out));
    assert_int_equal(out.site, in.site);
    assert_int_equal(out.size_bytes, in.size_bytes);
    assert_int_equal(out.weight.marks, 2);
    assert_false(live_insert((void *)0x1001, &in, &stale));
    assert_false(live_insert((void *)(UINT64_C(1) << 47), &in, &stale));
}

/* Each but the places it may still lie in is given back, and the table does not grow. */
static void an_address_that_comes_again_is_one_block(void **unused)
{
    (void)unused;
    struct live_record record = {2, 8, {0, 0}, 0}, stale;
    uint32_t levels = live_table.count, given_back = 0, left = 0;
    void *block = (void *)UINT64_C(0x50000000);
    for (unsigned n = 0; n < 10000; n++) {
        stale.site = 0;
        assert_true(live_put(block, &record) || live_insert(block, &record, &stale));
        assert_true(stale.site == 0 || stale.site == 2);
        given_back += stale.site != 0;
    }
    while (live_take(block, &record))
        left++;
    assert_int_equal(given_back + left, 10000);
    assert_in_range(left, 1, 9);
    assert_int_equal(live_table.count, levels ? levels : 1);
}

/* 255 in one page: the filter stays, and never hides one. */
static void a_full_filter_stays(void **unused)
{
    (void)unused;
    struct live_record record = {2, 8, {0, 0}, 0}, stale;
    for (uintptr_t n = 0; n < 300; n++)
        assert_true(live_insert((void *)(UINT64_C(0x40000000) + n * 8), &record, &stale));
    for (uintptr_t n = 0; n < 300; n++)
        assert_true(live_take((void *)(UINT64_C(0x40000000) + n * 8), &record));
    assert_true(live_maybe((void *)UINT64_C(0x40000000)));
    assert_false(live_maybe((void *)UINT64_C(0x40001000)));
}

/* --- index --- */

static void an_index_finds_all_it_was_given(void **unused)
{
    (void)unused;
    static struct index index;
    for (uint64_t n = 1; n <= 50000; n++)
        assert_true(index_put(&index, 30, random_mix(n), (uint32_t)n << 8));
    for (uint64_t n = 1; n <= 50000; n++)
        assert_int_equal(index_get(&index, 30, random_mix(n)), n << 8);
    assert_int_equal(index_get(&index, 30, random_mix(50001)), 0);
}
/* Keys that begin their probes at one place, more of them than probes. */
static void an_index_bears_keys_of_one_place(void **unused)
{
    (void)unused;
    static struct index index;
    enum { KEYS = 200 };
    uint64_t keys[KEYS], key = 0;
    for (unsigned n = 0; n < KEYS; n++) {
        while (index_place(index_mixed(++key)) % 65536 != 0)
            ;
        keys[n] = key;
        assert_true(index_put(&index, 30, key, n + 1));
    }
    for (unsigned n = 0; n < KEYS; n++)
        assert_int_equal(index_get(&index, 30, keys[n]), n + 1);
}
static void an_index_keeps_the_last_value(void **unused)
{
    (void)unused;
    static struct index index;
    for (uint64_t value = 1; value <= 3; value++) {
        for (uint64_t key = 1; key <= 5000; key++) /* more than a level holds */
            assert_true(index_put(&index, 30, key, (uint32_t)(key * value)));
        for (uint64_t key = 1; key <= 5000; key++)
            assert_int_equal(index_get(&index, 30, key), key * value);
    }
}

/* --- sites --- */

static struct stack *new_stack(void)
{
    struct stack *stack = calloc(1, sizeof *stack + stack_bytes(config.depth));
    stack_init(stack, config.depth);
    return stack;
}
static uint32_t intern(struct stack *stack, unsigned depth, uintptr_t leaf, bool complete)
{
    stack->count = depth;
    stack->join = 0;
    stack->complete = complete;
    stack->reusable = false;
    for (unsigned i = 0; i < depth; i++)
        stack->frames[i] = (struct frame){.pc = i ? 0x1000 + i : leaf, .sp = 16 * i + 64};
    return nodes_of(stack, nodes_stack_hash(stack));
}
static const struct state_node *node_at(uint32_t node)
{
    return (const struct state_node *)((const char *)state_map.header +
                                       (uint64_t)node * STATE_NODE_UNIT);
}
static void stacks_share_their_outer_frames(void **unused)
{
    (void)unused;
    struct stack *stack = new_stack();
    uint32_t a = intern(stack, 5, 0x10, true), b = intern(stack, 5, 0x20, true);
    assert_int_not_equal(a, b);
    assert_int_equal(node_at(a)->parent, node_at(b)->parent);
    assert_int_equal(a, intern(stack, 5, 0x10, true));
    assert_int_equal(atomic_load(&node_at(a)->pc), 0x10);
    uint32_t frames = 0;
    for (uint32_t node = a; node; node = node_at(node)->parent)
        frames++;
    assert_int_equal(frames, 5);
    free(stack);
}
static void a_cut_stack_stands_on_truncated(void **unused)
{
    (void)unused;
    struct stack *stack = new_stack();
    uint32_t node = intern(stack, 3, 0x10, false), outer = 0;
    for (; node; node = node_at(node)->parent)
        outer = node;
    assert_int_equal(node_at(outer)->module, STATE_MODULE_PSEUDO);
    assert_int_equal(atomic_load(&node_at(outer)->pc), STATE_PC_TRUNCATED);
    node = intern(stack, 0, 0, false);
    assert_int_equal(atomic_load(&node_at(node)->pc), STATE_PC_UNKNOWN);
    free(stack);
}
/* The site of a stack of one frame, which follows frame pointers to its end at once. */
static struct site_entry find(uintptr_t pc, uint32_t size_class)
{
    uint32_t unwinder = config.unwinder;
    config.unwinder = STATE_UNWIND_FP;
    struct unwind_start caller = {pc + 1, (uintptr_t)__builtin_frame_address(0), 0};
    struct site_entry found = *sites_find(context_take(&thread, true), &caller, size_class);
    config.unwinder = unwinder;
    return found;
}
static void a_site_is_a_stack_and_a_class(void **unused)
{
    (void)unused;
    struct site_entry a = find(0x100, 5), b = find(0x100, 6), c = find(0x101, 5);
    assert_true(a.site > SITE_OTHER && b.site > SITE_OTHER && c.site > SITE_OTHER);
    assert_true(a.site != b.site && a.site != c.site && b.site != c.site);
    const struct state_site *site = state_map_record(STATE_TABLE_SITES, a.site, sizeof *site);
    assert_int_equal(site->size_class, 5);
    assert_int_equal(atomic_load(&node_at(atomic_load(&site->node))->pc), 0x100);
    assert_int_equal(STATE_COUNTERS_SITE(atomic_load(&a.counters->key)), a.site);
}
/* Once by the context's cache, once by the index, once by the tree. */
static void a_site_is_found_again(void **unused)
{
    (void)unused;
    struct event_context *context = context_take(&thread, true);
    struct site_entry first = find(0x200, 7), again = find(0x200, 7);
    assert_int_equal(again.site, first.site);
    context_forget(context, 0);
    again = find(0x200, 7);
    assert_int_equal(again.site, first.site);
    assert_ptr_equal(again.counters, first.counters);
    context_forget(context, 1); /* a library was closed */
    again = find(0x200, 7);
    assert_int_equal(again.site, first.site);
    assert_false(again.shared);
    context_forget(context, 0);
}

/* --- whole events --- */

static void an_event_is_counted_and_taken_back(void **unused)
{
    (void)unused;
    struct host_sums before = host_sum(), after;
    host_allocate(HOST_BLOCK(1), 100);
    after = host_sum();
    assert_int_equal(after.allocated_objects, before.allocated_objects + 1);
    assert_int_equal(after.allocated_bytes, before.allocated_bytes + 100);
    assert_int_equal(after.freed_objects, before.freed_objects);
    host_free(HOST_BLOCK(1));
    host_free(HOST_BLOCK(1)); /* another allocator's by now */
    after = host_sum();
    assert_int_equal(after.freed_objects, before.freed_objects + 1);
    assert_int_equal(after.freed_bytes, before.freed_bytes + 100);
}
static void what_was_not_freed_after_all_is_live(void **unused)
{
    (void)unused;
    struct live_record record;
    host_allocate(HOST_BLOCK(2), 50);
    struct host_sums before = host_sum();
    assert_true(event_take(HOST_BLOCK(2), &record));
    event_put_back(HOST_BLOCK(2), &record);
    assert_int_equal(host_sum().freed_objects, before.freed_objects);
    assert_false(event_take(HOST_BLOCK(3), &record));
    host_free(HOST_BLOCK(2));
    assert_int_equal(host_sum().freed_objects, before.freed_objects + 1);
}

/* --- segment --- */

static void appended_records_do_not_cross_chunks(void **unused)
{
    (void)unused;
    const struct state_header *h = state_map.header;
    for (unsigned i = 0; i < 3000; i++) {
        uint64_t at = state_map_append(STATE_TABLE_DIFFS, 24);
        assert_true(at >= h->chunks_offset && at % 8 == 0);
        assert_int_equal(at / h->chunk_bytes, (at + 23) / h->chunk_bytes);
    }
}
static void a_string_is_kept_and_cut(void **unused)
{
    (void)unused;
    static char text[10000];
    memset(text, 'x', sizeof text);
    state_string_offset at = state_map_string(text, sizeof text);
    const struct state_string *s =
        (const struct state_string *)((const char *)state_map.header + at);
    assert_int_equal(s->length, 4095);
    assert_int_equal(s->bytes[4095], '\0');
    assert_int_equal(strlen(s->bytes), 4095);
}
/* In a sandbox no system call may populate another chunk: what was prepared is the end. */
static void a_sandbox_has_what_was_prepared(void **unused)
{
    (void)unused;
    const struct state_header *h = state_map.header;
    uint32_t used = atomic_load(&h->chunks_used);
    state_map_prepare(2);
    atomic_store(&sandbox_entered, true);
    while (state_map_append(STATE_TABLE_DIFFS, 8000))
        ;
    atomic_store(&sandbox_entered, false);
    assert_true(atomic_load(&h->chunks_used) > used);
    assert_true(atomic_load(&h->chunks_used) <= atomic_load(&state_map.prepared));
    assert_true(atomic_load(&state_map.prepared) < h->chunk_count);
    assert_int_not_equal(state_map_append(STATE_TABLE_DIFFS, 8000), 0);
}

/* Another process filled the file system, so the promise of counters for the site is broken, and a
 * thread without any frees the block: the sums are right, and the site is too high by it. */
static void *free_elsewhere(void *block)
{
    host_free(block);
    return NULL;
}
static void a_free_without_room_is_in_the_sums(void **unused)
{
    (void)unused;
    struct state_header *h = state_map.header;
    struct state_counters *other = counters_of(shard_shared(), SITE_OTHER);
    uint32_t chunk_count = h->chunk_count;
    pthread_t thread_id;
    host_allocate(HOST_BLOCK(4), 100);
    struct host_sums before = host_sum();
    struct shard_totals totals_before, totals;
    shards_sum(&totals_before);
    uint64_t other_before = atomic_load(&other->freed_bytes);
    h->chunk_count = atomic_load(&h->chunks_used);
    atomic_store(&state_map.reserved_cursor, 0);
    atomic_store(&state_map.cursor[STATE_TABLE_COUNTERS], 0);
    pthread_create(&thread_id, NULL, free_elsewhere, HOST_BLOCK(4));
    pthread_join(thread_id, NULL);
    h->chunk_count = chunk_count;
    shards_sum(&totals);
    assert_int_equal(totals.freed_bytes, totals_before.freed_bytes + 100);
    assert_int_equal(host_sum().freed_bytes, before.freed_bytes + 100);
    assert_int_equal(atomic_load(&other->freed_bytes), other_before + 100);
}

/* Last: nothing grows after it. */
static void a_full_state_refuses_and_counts(void **unused)
{
    (void)unused;
    uint64_t refused = lost(STATE_LOST_GROWTH);
    while (state_map_append(STATE_TABLE_DIFFS, 8000))
        ;
    assert_int_equal(lost(STATE_LOST_GROWTH), refused + 1);
    assert_int_equal(state_map_append(STATE_TABLE_DIFFS, 16000), 0);
    const struct state_header *h = state_map.header;
    assert_true(atomic_load(&h->chunks_used) <= h->chunk_count);
    struct host_sums before = host_sum();
    uint64_t lost_before = 0, lost_after = 0;
    for (unsigned i = 0; i < STATE_LOST_COUNT; i++)
        lost_before += lost((enum state_loss)i);
    struct stack *stack = new_stack();
    for (uintptr_t i = 0; i < 5000; i++) {
        intern(stack, 8, 0x100000 + i, true);
        struct site_entry entry = find(0x100000 + i, 200);
        assert_true(entry.site >= SITE_OTHER && entry.counters);
    }
    for (unsigned i = 0; i < 100; i++)
        host_allocate(HOST_BLOCK(1000 + i), 10 + i * i);
    for (unsigned i = 0; i < STATE_LOST_COUNT; i++)
        lost_after += lost((enum state_loss)i);
    /* In [other], if nowhere else. */
    assert_int_equal(host_sum().allocated_objects, before.allocated_objects + 100);
    assert_true(lost_after > lost_before);
    free(stack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_counted_and_taken_back),
        cmocka_unit_test(what_was_not_freed_after_all_is_live),
        cmocka_unit_test(live_blocks_are_found_once),
        cmocka_unit_test(live_keeps_the_largest_values),
        cmocka_unit_test(an_address_that_comes_again_is_one_block),
        cmocka_unit_test(a_full_filter_stays),
        cmocka_unit_test(an_index_finds_all_it_was_given),
        cmocka_unit_test(an_index_bears_keys_of_one_place),
        cmocka_unit_test(an_index_keeps_the_last_value),
        cmocka_unit_test(stacks_share_their_outer_frames),
        cmocka_unit_test(a_cut_stack_stands_on_truncated),
        cmocka_unit_test(a_site_is_a_stack_and_a_class),
        cmocka_unit_test(a_site_is_found_again),
        cmocka_unit_test(appended_records_do_not_cross_chunks),
        cmocka_unit_test(a_string_is_kept_and_cut),
        cmocka_unit_test(a_sandbox_has_what_was_prepared),
        cmocka_unit_test(a_free_without_room_is_in_the_sums),
        cmocka_unit_test(a_full_state_refuses_and_counts),
    };
    host_start("1");
    config.interval_bytes = 2; /* a filter that counts */
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    host_stop();
    return failed;
}
