/* SPDX-License-Identifier: Apache-2.0
 *
 * Which calls of a function can follow which, in code of this file; and that no byte past the end
 * is read.  With an argument: reads lines of an instruction's bytes in hexadecimal and says how
 * many are as long as they say.
 */
#include "preload/process/module_extent.h"
#include "preload/process/thread.h"
#include "preload/unwind/reach.h"
#include "preload/unwind/saved_registers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
/* after what it needs */
#include <cmocka.h>

#ifdef __clang__
#define APART __attribute__((noinline))
#else
#define APART __attribute__((noipa))
#endif

static uintptr_t calls[32]; /* where each call lies, as frames have it */
static volatile int zero;
static int turns;

APART static void call(int n)
{
    calls[n] = (uintptr_t)__builtin_return_address(0) - 1;
    __asm__ volatile("" ::: "memory");
}

APART static void straight(void)
{
    call(0);
    call(1);
    __asm__ volatile("");
}

APART static void in_a_loop(void)
{
    call(2);
    for (int i = 0; i <= zero + 1; i++) {
        call(3);
        if (zero == i)
            call(4);
        else
            call(5);
    }
    call(6);
    __asm__ volatile("");
}

APART static void either(int which)
{
    if (which)
        call(7);
    else
        call(8);
    __asm__ volatile("");
}

APART static void jumps(int which)
{
    call(9);
    if (which) {
        either(1); /* a tail call */
        return;
    }
    call(10);
    __asm__ volatile("");
}

/* A switch by a table: where it goes is not known. */
APART static void by_table(int which)
{
    call(11);
    switch (which) {
    case 0:
        call(12);
        break;
    case 1:
        call(13);
        turns += 3;
        break;
    case 2:
        call(14);
        turns *= 5;
        break;
    case 3:
        call(15);
        turns ^= 7;
        break;
    case 4:
        call(16);
        turns -= 9;
        break;
    case 5:
        call(17);
        turns |= 8;
        break;
    }
    call(19);
    __asm__ volatile("");
}

/* Its last action is a jump to itself, which a compiler would make a loop where it can. */
void calls_itself(int times);
__asm__(".text\n"
        ".type calls_itself, @function\n"
        "calls_itself:\n"
        "    .cfi_startproc\n"
        "    push %rbx\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    mov %edi, %ebx\n"
        "    mov $20, %edi\n"
        "    call call\n"
        "    mov $21, %edi\n"
        "    call call\n"
        "    lea -1(%rbx), %edi\n"
        "    pop %rbx\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    test %edi, %edi\n"
        "    jne calls_itself\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size calls_itself, .-calls_itself\n");

/* Saves registers, which the loop keeps its values in. */
APART static int saves(int a, int b, int c)
{
    for (int i = 0; i <= zero; i++) {
        call(18);
        a += b * c;
        b ^= c;
    }
    return a + b + c;
}

static struct reach_room room;
static int reach(int from, int to)
{
    int found = reach_search(&room, calls[from], calls[to]);
    assert_int_equal(reach_ask(&room, calls[from], calls[to], 0), found);
    assert_int_equal(reach_ask(&room, calls[from], calls[to], 0), found);
    return found;
}

static void what_lies_behind_can_be_reached(void **unused)
{
    (void)unused;
    straight();
    assert_int_equal(reach(0, 1), REACH_CAN);
    assert_int_equal(reach(1, 0), REACH_CANNOT);
    assert_int_equal(reach(0, 0), REACH_CANNOT);
    assert_int_equal(reach(1, 1), REACH_CANNOT);
}

static void a_loop_leads_back(void **unused)
{
    (void)unused;
    in_a_loop();
    for (int from = 3; from <= 5; from++)
        for (int to = 3; to <= 6; to++)
            assert_int_equal(reach(from, to), REACH_CAN);
    assert_int_equal(reach(2, 2), REACH_CANNOT);
    assert_int_equal(reach(3, 2), REACH_CANNOT);
    assert_int_equal(reach(6, 4), REACH_CANNOT);
}

static void one_branch_excludes_the_other(void **unused)
{
    (void)unused;
    either(0);
    either(1);
    assert_int_equal(reach(7, 8), REACH_CANNOT);
    assert_int_equal(reach(8, 7), REACH_CANNOT);
}

static void another_function_is_another(void **unused)
{
    (void)unused;
    straight();
    jumps(zero);
    assert_int_equal(reach(0, 9), REACH_OTHER);
    assert_int_equal(reach(9, 7), REACH_JUMPS);  /* by a tail call */
    assert_int_equal(reach(10, 7), REACH_OTHER); /* which lies before it */
    assert_int_equal(reach(7, 9), REACH_OTHER);
    assert_int_equal(reach(9, 10), REACH_CAN);
}

static void a_table_can_lead_anywhere(void **unused)
{
    (void)unused;
    for (int i = 0; i < 6; i++)
        by_table(i);
    for (int to = 12; to <= 17; to++)
        assert_int_equal(reach(11, to), REACH_UNSURE);
    by_table(6);
    assert_int_equal(reach(11, 19), REACH_CAN); /* past the table, too */
    assert_int_equal(reach(12, 11), REACH_CANNOT);
}

static void a_jump_to_itself_is_a_call(void **unused)
{
    (void)unused;
    calls_itself(2);
    assert_int_equal(reach(20, 21), REACH_CAN);
    assert_int_equal(reach(21, 20), REACH_OTHER);
    assert_int_equal(reach(20, 20), REACH_OTHER);
}

static void what_is_in_no_module_is_not_known(void **unused)
{
    (void)unused;
    static uint8_t data[64];
    straight();
    calls[30] = (uintptr_t)data + 16;
    calls[31] = 4096;
    assert_int_equal(reach(30, 0), REACH_UNSURE);
    assert_int_equal(reach(0, 30), REACH_UNSURE);
    assert_int_equal(reach(31, 31), REACH_UNSURE);
}

static void a_frame_s_saved_registers_are_known(void **unused)
{
    (void)unused;
    assert_int_not_equal(saves(zero, 2, 3), 0);
    uint8_t mask = saved_registers(calls[18]);
    assert_int_not_equal(mask, 0);
    assert_int_equal(saved_registers(calls[18]), mask);
    assert_int_equal(saved_registers(4096), 0);
}

static void nothing_is_read_past_the_end(void **unused)
{
    (void)unused;
    uint8_t *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + 4096, 4096, PROT_NONE), 0);
    uint32_t random = 1;
    for (unsigned i = 0; i < 300000; i++) {
        unsigned bytes = 1 + i % 16;
        uint8_t *code = pages + 4096 - bytes;
        for (unsigned n = 0; n < bytes; n++)
            code[n] = (uint8_t)((random = random * 1664525 + 1013904223) >> 24);
        struct insn insn = insn_decode(code, code + bytes);
        assert_true(insn.length <= bytes && insn.length <= 15);
    }
    munmap(pages, 8192);
}

/* Lines of bytes, as a disassembler has them. */
static int compare_lengths(void)
{
    char line[256];
    unsigned long right = 0, wrong = 0;
    while (fgets(line, sizeof line, stdin)) {
        uint8_t code[32] = {0};
        unsigned bytes = (unsigned)strcspn(line, "\n") / 2, byte;
        for (unsigned i = 0; i < bytes && i < 16; i++)
            code[i] = sscanf(line + 2 * i, "%2x", &byte) == 1 ? (uint8_t)byte : 0;
        bool same = insn_decode(code, code + sizeof code).length == bytes;
        if (!same && wrong < 20)
            printf("other length: %s", line);
        right += same;
        wrong += !same;
    }
    printf("%lu right, %lu wrong\n", right, wrong);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_behind_can_be_reached),
        cmocka_unit_test(a_loop_leads_back),
        cmocka_unit_test(one_branch_excludes_the_other),
        cmocka_unit_test(another_function_is_another),
        cmocka_unit_test(a_table_can_lead_anywhere),
        cmocka_unit_test(a_jump_to_itself_is_a_call),
        cmocka_unit_test(what_is_in_no_module_is_not_known),
        cmocka_unit_test(a_frame_s_saved_registers_are_known),
        cmocka_unit_test(nothing_is_read_past_the_end),
    };
    (void)argv;
    if (argc > 1)
        return compare_lengths();
    thread_init();
    module_extents_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
