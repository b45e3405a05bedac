/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules of x86-64 from crafted .eh_frame bytes, on whatever machine the test runs.  The module's
 * mapping ends where inaccessible memory begins, so that a read past its end is a crash.
 */
#include "preload/base/random.h"
#include "preload/process/module_extent.h"
#include "preload/unwind/cfi_rule.c"
#include "preload/unwind/cfi_table.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#define MODULE 8192u
#define HDR    0u
#define CIE    64u
#define FDE    128u
#define CODE   1024u
#define RANGE  64u

/* --- in place of module_extent.c: one module --- */

static uint8_t *image; /* MODULE bytes, then nothing */
static struct module_extent extent;

bool module_extent_find(uintptr_t pc, struct module_extent *found)
{
    *found = extent;
    return pc >= extent.start;
}
bool module_extent_locate(uintptr_t pc, struct module_extent *found)
{
    return module_extent_find(pc, found);
}
void module_extent_widen(uintptr_t pc, struct module_extent *found)
{
    (void)pc;
    (void)found;
}
uintptr_t module_extent_readable_to(const struct module_extent *of, uintptr_t address)
{
    return address >= of->start && address < of->end ? of->end : 0;
}
void module_extents_init(void)
{
}
bool module_extents_usable(void)
{
    return true;
}

/* --- a module with one function --- */

static void put32(uint32_t at, uint32_t value)
{
    memcpy(image + at, &value, 4);
}

/* A CIE or FDE of `room` bytes: its length, its id, its bytes, nops. */
static void put_entry(uint32_t at, uint32_t room, uint32_t id, const void *bytes, size_t size)
{
    memset(image + at, 0, room);
    put32(at, room - 4);
    put32(at + 4, id);
    memcpy(image + at + 8, bytes, size);
}

/* The function's CFA program, after its CIE's: CFA = rsp + 8, return address at CFA - 8. */
static void make(const char *augmentation, const void *program, size_t size)
{
    static const uint8_t hdr[] = {1, 0x1b, 0x03, 0x3b};
    uint8_t cie[64] = {1}, fde[128];
    uint8_t *at = cie + 1;
    memset(image, 0, MODULE);
    memcpy(image, hdr, sizeof hdr);
    put32(HDR + 4, CIE - 4);
    put32(HDR + 8, 1);
    put32(HDR + 12, CODE - HDR);
    put32(HDR + 16, FDE - HDR);
    at = (uint8_t *)stpcpy((char *)at, augmentation) + 1;
    static const uint8_t rest[] = {1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1};
    memcpy(at, rest, sizeof rest);
    put_entry(CIE, 64, 0, cie, sizeof cie - 8);
    memset(fde, 0, sizeof fde);
    uint32_t begin = CODE - (FDE + 8), range = RANGE;
    memcpy(fde, &begin, 4);
    memcpy(fde + 4, &range, 4);
    memcpy(fde + 9, program, size);
    put_entry(FDE, 128, FDE + 4 - CIE, fde, 9 + size);
    extent = (struct module_extent){
        .start = (uintptr_t)image, .end = (uintptr_t)image + MODULE, .eh_frame_hdr = image};
}

static struct rule rule(uint32_t offset)
{
    return rule_compute((uintptr_t)image + CODE + offset);
}
static void expect(uint32_t at, int kind, int from_bp, int offset, int bp_kind, int bp_offset)
{
    struct rule r = rule(at);
    assert_int_equal(r.kind, kind);
    if (kind != RULE_CFA && kind != RULE_DEREF)
        return;
    assert_int_equal(r.from_bp, from_bp);
    assert_int_equal(r.offset, offset);
    assert_int_equal(r.bp_kind, bp_kind);
    assert_int_equal(r.bp_offset, bp_offset);
}

/* push %rbp; mov %rsp,%rbp; ...; leave; ret */
static const uint8_t usual[] = {0x41, 0x0e, 16,   0x86, 2, 0x43, 0x0d,
                                6,    0x02, 0x20, 0x0c, 7, 8,    0xc6};

static void a_usual_function_has_its_rows(void **unused)
{
    (void)unused;
    make("zR", usual, sizeof usual);
    expect(0, RULE_CFA, 0, 8, RULE_BP_SAME, 0);
    expect(1, RULE_CFA, 0, 16, RULE_BP_CFA, -2);
    expect(3, RULE_CFA, 0, 16, RULE_BP_CFA, -2);
    expect(4, RULE_CFA, 1, 16, RULE_BP_CFA, -2);
    expect(35, RULE_CFA, 1, 16, RULE_BP_CFA, -2);
    expect(36, RULE_CFA, 0, 8, RULE_BP_SAME, 0);
    expect(RANGE - 1, RULE_CFA, 0, 8, RULE_BP_SAME, 0);
}

static void outside_of_functions_there_is_no_rule(void **unused)
{
    (void)unused;
    make("zR", usual, sizeof usual);
    expect(RANGE, RULE_NONE, 0, 0, 0, 0);
    expect((uint32_t)-1, RULE_NONE, 0, 0, 0, 0);
    extent.eh_frame_hdr = NULL;
    expect(0, RULE_NONE, 0, 0, 0, 0);
}

static void a_state_is_remembered_and_restored(void **unused)
{
    (void)unused;
    static const uint8_t program[] = {0x0e, 32, 0x41, 0x0a, 0x0e, 8, 0x41, 0x0b};
    make("zR", program, sizeof program);
    expect(0, RULE_CFA, 0, 32, RULE_BP_SAME, 0);
    expect(1, RULE_CFA, 0, 8, RULE_BP_SAME, 0);
    expect(2, RULE_CFA, 0, 32, RULE_BP_SAME, 0);
    static const uint8_t unpaired[] = {0x0b};
    make("zR", unpaired, sizeof unpaired);
    expect(0, RULE_NONE, 0, 0, 0, 0);
}

/* CFA = *(rbp - 8), rbp saved at rbp + 0: a realigned frame. */
static void a_realigned_frame_is_a_deref(void **unused)
{
    (void)unused;
    static const uint8_t program[] = {0x0f, 3, 0x76, 0x78, 0x06, 0x10, 6, 2, 0x76, 0};
    make("zR", program, sizeof program);
    expect(0, RULE_DEREF, 1, -8, RULE_BP_BP, 0);
}

/* rsp + 8 + ((pc & 15) >= 11) * 8, as the linker writes it for a PLT. */
static void a_plt_stub_depends_on_the_pc(void **unused)
{
    (void)unused;
    static const uint8_t program[] = {0x0f, 11,   0x77, 8,    0x80, 0,   0x3f,
                                      0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22};
    make("zR", program, sizeof program);
    uint32_t to_16 = (16 - ((uint32_t)(uintptr_t)image + CODE) % 16) % 16;
    expect(to_16 + 10, RULE_CFA, 0, 8, RULE_BP_SAME, 0);
    expect(to_16 + 11, RULE_CFA, 0, 16, RULE_BP_SAME, 0);
}

static void signal_frames_and_ends_are_known(void **unused)
{
    (void)unused;
    make("zRS", usual, sizeof usual);
    assert_int_equal(rule(0).kind, RULE_SIGNAL);
    static const uint8_t outermost[] = {0x07, 16};
    make("zR", outermost, sizeof outermost);
    expect(0, RULE_END, 0, 0, 0, 0);
}

static void what_is_not_understood_is_no_rule(void **unused)
{
    (void)unused;
    static const uint8_t odd[][6] = {
        {0x3f},                      /* an opcode that nobody has */
        {0x0d, 3},                   /* CFA in rbx */
        {0x0f, 2, 0x03, 0},          /* an expression with an address */
        {0x09, 16, 0},               /* return address in a register */
        {0x0f, 0xff, 0xff, 0xff, 1}, /* an expression longer than the entry */
    };
    for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++) {
        make("zR", odd[i], sizeof odd[i]);
        expect(0, RULE_NONE, 0, 0, 0, 0);
    }
    make("zX", usual, sizeof usual);
    expect(0, RULE_NONE, 0, 0, 0, 0);
}

static void numbers_end_with_their_bytes(void **unused)
{
    (void)unused;
    static const uint8_t bytes[] = {0xe5, 0x8e, 0x26, 0x7f, 0x80, 0x7f};
    struct cfi_reader r = {bytes, bytes + sizeof bytes, false};
    assert_int_equal(cfi_read_uleb(&r), 624485);
    assert_int_equal(cfi_read_sleb(&r), -1);
    assert_int_equal(cfi_read_sleb(&r), -128);
    assert_false(r.bad);
    assert_int_equal(cfi_read_bytes(&r, 1), 0);
    assert_true(r.bad);
    uint8_t endless[20];
    memset(endless, 0x80, sizeof endless);
    r = (struct cfi_reader){endless, endless + sizeof endless, false};
    cfi_read_uleb(&r);
    assert_true(r.bad);
}

/* The same module cut at every length: nothing behind its end is read. */
static void a_truncated_module_is_read_to_its_end_only(void **unused)
{
    (void)unused;
    static uint8_t whole[MODULE];
    make("zR", usual, sizeof usual);
    memcpy(whole, image, MODULE);
    for (uint32_t bytes = 1; bytes < FDE + 140; bytes++) {
        uint8_t *start = image + MODULE - bytes;
        memcpy(start, whole, bytes);
        extent = (struct module_extent){
            .start = (uintptr_t)start, .end = (uintptr_t)start + bytes, .eh_frame_hdr = start};
        for (uint32_t at = 0; at < RANGE; at += 7) {
            struct rule r = rule_compute((uintptr_t)start + CODE + at);
            assert_true(bytes >= FDE + 128 || r.kind == RULE_NONE);
        }
    }
}

/* Any bytes: no crash, no endless loop, no read outside. */
static void damaged_bytes_are_survived(void **unused)
{
    (void)unused;
    uint64_t stream = 7;
    for (unsigned round = 0; round < 200000; round++) {
        if (round % 50 == 0)
            make(round % 100 ? "zR" : "zPLR", usual, sizeof usual);
        uint32_t at = (uint32_t)random_1_to(&stream, FDE + 128) - 1;
        image[at] = (uint8_t)random_next(&stream);
        rule((uint32_t)random_1_to(&stream, RANGE + 4) - 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_usual_function_has_its_rows),
        cmocka_unit_test(outside_of_functions_there_is_no_rule),
        cmocka_unit_test(a_state_is_remembered_and_restored),
        cmocka_unit_test(a_realigned_frame_is_a_deref),
        cmocka_unit_test(a_plt_stub_depends_on_the_pc),
        cmocka_unit_test(signal_frames_and_ends_are_known),
        cmocka_unit_test(what_is_not_understood_is_no_rule),
        cmocka_unit_test(numbers_end_with_their_bytes),
        cmocka_unit_test(a_truncated_module_is_read_to_its_end_only),
        cmocka_unit_test(damaged_bytes_are_survived),
    };
    image = mmap(NULL, MODULE + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (image == MAP_FAILED || mprotect(image + MODULE, 4096, PROT_NONE) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
