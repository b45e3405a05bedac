/* SPDX-License-Identifier: Apache-2.0
 *
 * What ranges of addresses are taken for, from the text of /proc/PID/smaps alone: kernels and
 * libraries that are not at hand, and text that makes no sense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collector/memory/parts.h"

static struct smaps parse(const char *text)
{
    struct smaps smaps;
    FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    assert_non_null(file);
    assert_null(smaps_parse(&smaps, file, "text"));
    fclose(file);
    return smaps;
}

/* The kind of the only part of mapping `index`. */
static struct memory_part part_of(const char *text, size_t index, const char *allocator,
                                  const uint64_t *pointers, size_t pointer_count)
{
    struct smaps smaps = parse(text);
    struct memory_parts parts = {0};
    struct target target = {.pid = 0, .pagemap = -1, .page_bytes = 4096};
    struct memory_modules modules = {0};
    const struct memory_view view = {.smaps = &smaps,
                                     .target = &target,
                                     .modules = &modules,
                                     .allocator = allocator,
                                     .stack_pointers = pointers,
                                     .stack_pointer_count = pointer_count,
                                     .state_device = 1,
                                     .state_inode = 77};
    assert_true(index < smaps.count);
    memory_parts_of(&parts, &view, index);
    assert_int_equal(parts.count, 1);
    struct memory_part part = parts.items[0];
    assert_int_equal(part.start, smaps.items[index].start);
    assert_int_equal(part.end, smaps.items[index].end);
    memory_parts_deinit(&parts);
    smaps_deinit(&smaps);
    return part;
}

static void is_of_kind(enum memory_kind kind, const char *text)
{
    assert_int_equal(part_of(text, 0, NULL, NULL, 0).kind, kind);
}

static void names_say_what_it_is(void **state)
{
    (void)state;
    is_of_kind(MEMORY_HEAP, "1000-2000 rw-p 00000000 00:00 0    [heap]\n");
    is_of_kind(MEMORY_MAIN_STACK, "1000-2000 rw-p 00000000 00:00 0    [stack]\n");
    is_of_kind(MEMORY_THREAD_STACKS, "1000-2000 rw-p 00000000 00:00 0    [stack:12]\n");
    is_of_kind(MEMORY_KERNEL, "1000-2000 r-xp 00000000 00:00 0    [vdso]\n");
    is_of_kind(MEMORY_ARENAS, "1000-2000 rw-p 00000000 00:00 0    [anon: glibc: malloc arena]\n");
    is_of_kind(MEMORY_BLOCKS, "1000-2000 rw-p 00000000 00:00 0    [anon: glibc: malloc]\n");
    is_of_kind(MEMORY_THREAD_STACKS,
               "1000-2000 rw-p 00000000 00:00 0    [anon: glibc: pthread stack: 9]\n");
    is_of_kind(MEMORY_ALLOCATOR,
               "1000-2000 rw-p 00000000 00:00 0    [anon:tcmalloc_region_NORMAL]\n");
    is_of_kind(MEMORY_ANONYMOUS, "1000-2000 rw-p 00000000 00:00 0    [anon: Go: heap]\n");
    is_of_kind(MEMORY_SHARED, "1000-2000 rw-s 00000000 00:01 5    /memfd:x (deleted)\n");
    is_of_kind(MEMORY_SHARED, "1000-2000 rw-s 00000000 00:01 5    /SYSV00000000 (deleted)\n");
    is_of_kind(MEMORY_FILES, "1000-2000 r--p 00000000 08:01 5    /usr/lib/locale/archive\n");
    is_of_kind(MEMORY_OURS, "1000-2000 rw-s 00000000 00:01 77   /dev/shm/m/x.state\n");
}

#define GUARD "10000-11000 ---p 00000000 00:00 0\nVmFlags: mr mw me nh\n"
#define STACK "11000-31000 rw-p 00000000 00:00 0\nVmFlags: rd wr mr mw me ac nh\n"

static void stacks_have_a_pointer_or_a_guard(void **state)
{
    (void)state;
    const uint64_t inside = 0x20000;
    struct memory_part part = part_of(GUARD STACK, 1, NULL, &inside, 1);
    assert_int_equal(part.kind, MEMORY_THREAD_STACKS);
    assert_false(part.is_likely);
    part = part_of(GUARD STACK, 1, NULL, NULL, 0);
    assert_int_equal(part.kind, MEMORY_THREAD_STACKS);
    assert_true(part.is_likely);
    is_of_kind(MEMORY_ANONYMOUS, STACK);
}

static void flags_tell_allocators_and_ours(void **state)
{
    (void)state;
    static const char unreserved[] = "1000-200000 rw-p 00000000 00:00 0\nVmFlags: rd wr nr\n";
    assert_int_equal(part_of(unreserved, 0, "jemalloc", NULL, 0).kind, MEMORY_ALLOCATOR);
    is_of_kind(MEMORY_ANONYMOUS, unreserved);
    is_of_kind(MEMORY_OURS, "1000-200000 rw-p 00000000 00:00 0\nVmFlags: rd wr nr wf\n");
    /* An arena that cannot be looked into has its shape alone. */
    static const char arena[] = "7f0000000000-7f0000021000 rw-p 00000000 00:00 0\nVmFlags: rd nr\n"
                                "7f0000021000-7f0004000000 ---p 00000000 00:00 0\nVmFlags: nr\n";
    struct memory_part part = part_of(arena, 0, NULL, NULL, 0);
    assert_int_equal(part.kind, MEMORY_ARENAS);
    assert_true(part.is_likely);
}

static void sizes_are_read_and_nonsense_is_not(void **state)
{
    (void)state;
    struct smaps smaps = parse("nonsense\nRss: 4 kB\n"
                               "1000-3000 rw-p 00000000 00:00 0\n"
                               "Rss:   8 kB\nPss:  4 kB\nPss_Dirty: 99 kB\nPrivate_Dirty: 4 kB\n"
                               "Swap: 12 kB\nSwapPss: 99 kB\nAnonHugePages: 2 kB\nRss: x kB\n"
                               "5000-4000 rw-p 00000000 00:00 0\n"
                               "6000-7000 ---p 00000000 00:00 0\n");
    assert_int_equal(smaps.count, 2);
    const struct memory_sizes *sizes = &smaps.items[0].sizes;
    assert_int_equal(sizes->mapped, 8192);
    assert_int_equal(sizes->rss, 8192);
    assert_int_equal(sizes->pss, 4096);
    assert_int_equal(sizes->dirty, 4096);
    assert_int_equal(sizes->swap, 12288);
    assert_int_equal(sizes->huge, 2048);
    assert_int_equal(smaps.items[1].sizes.mapped, 0);
    smaps_deinit(&smaps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_say_what_it_is),
        cmocka_unit_test(stacks_have_a_pointer_or_a_guard),
        cmocka_unit_test(flags_tell_allocators_and_ours),
        cmocka_unit_test(sizes_are_read_and_nonsense_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
