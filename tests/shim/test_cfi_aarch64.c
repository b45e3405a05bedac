/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules and instructions of aarch64, from crafted bytes, on whatever machine the test runs.
 */
#include "preload/arch/aarch64/insn.c"
#include "preload/unwind/cfi_rule.c"
#include "preload/unwind/cfi_table.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CIE  64u
#define FDE  128u
#define CODE 512u

static uint8_t image[1024] __attribute__((aligned(8)));

bool module_extent_find(uintptr_t pc, struct module_extent *found)
{
    uintptr_t start = (uintptr_t)image;
    *found =
        (struct module_extent){.start = start, .end = start + sizeof image, .eh_frame_hdr = image};
    return pc >= start && pc < start + sizeof image;
}
uintptr_t module_extent_readable_to(const struct module_extent *of, uintptr_t address)
{
    return address >= of->start && address < of->end ? of->end : 0;
}

static void put32(uint32_t at, uint32_t value)
{
    memcpy(image + at, &value, 4);
}

/* A function of 64 bytes with this program; its CIE says: CFA = sp, data in units of -8. */
static void make(const char *augmentation, const void *program, size_t size)
{
    static const uint8_t hdr[] = {1, 0x1b, 0x03, 0x3b},
                         rest[] = {4, 0x78, 30, 1, 0x1b, 0x0c, 31, 0};
    memset(image, 0, sizeof image);
    memcpy(image, hdr, sizeof hdr);
    put32(4, CIE - 4);
    put32(8, 1);
    put32(12, CODE);
    put32(16, FDE);
    put32(CIE, 60);
    image[CIE + 8] = 1;
    char *at = stpcpy((char *)image + CIE + 9, augmentation) + 1;
    memcpy(at, rest, sizeof rest);
    put32(FDE, 124);
    put32(FDE + 4, FDE + 4 - CIE);
    put32(FDE + 8, CODE - (FDE + 8));
    put32(FDE + 12, 64);
    memcpy(image + FDE + 17, program, size);
}

static struct rule at(uint32_t offset)
{
    return rule_compute((uintptr_t)image + CODE + offset);
}

/* Where the rule finds what it needs, in bytes from the register that the CFA is found by. */
static void expect(struct rule r, int kind, bool from_bp, long cfa, long pc, long bp)
{
    assert_int_equal(r.kind, kind);
    assert_int_equal(r.from_bp, from_bp);
    assert_int_equal(arch_rule_offset(r), cfa);
    if (kind == RULE_CFA)
        assert_int_equal(arch_return_place(r, (uintptr_t)cfa), pc);
    assert_int_equal(r.bp_kind, bp < 0 ? RULE_BP_SAME : RULE_BP_CFA);
    if (bp >= 0)
        assert_int_equal(arch_bp_place(r, (uintptr_t)cfa), bp);
}

/* stp x29, x30, [sp, -4064]! (as a large frame has it); stp x19, x20, [sp, 16]; ...; ret */
static const uint8_t usual[] = {0x41,      0x0e,      0xe0,      0x1f,      0x80 + 29, 0xfc,
                                3,         0x80 + 30, 0xfb,      3,         0x41,      0x80 + 19,
                                0xfa,      3,         0x80 + 20, 0xf9,      3,         0x42,
                                0xc0 + 30, 0xc0 + 29, 0xc0 + 19, 0xc0 + 20, 0x0e,      0};

static void where_x30_lies_has_an_offset_of_its_own(void **unused)
{
    (void)unused;
    make("zR", usual, sizeof usual);
    expect(at(0), RULE_LINK, false, 0, 0, -1);
    expect(at(4), RULE_CFA, false, 4064, 8, 0);
    expect(at(8), RULE_CFA, false, 4064, 8, 0);
    expect(at(16), RULE_LINK, false, 0, 0, -1);
    assert_int_equal(at(4).saved, 0);
    assert_int_equal(at(8).saved, 3);
}

static void signed_addresses_and_tagged_frames_are_read_as_others(void **unused)
{
    (void)unused;
    /* paciasp; stp x29, x30, [sp, -32]!; ...; autiasp */
    static const uint8_t program[] = {0x41, 0x2d,      0x41, 0x0e, 32,        0x80 + 29,
                                      4,    0x80 + 30, 3,    0x42, 0xc0 + 30, 0xc0 + 29,
                                      0x0e, 0,         0x41, 0x2d};
    static const char *const augmentations[] = {"zR", "zRB", "zRG", "zRBG"};
    for (size_t i = 0; i < sizeof augmentations / sizeof *augmentations; i++) {
        make(augmentations[i], program, sizeof program);
        expect(at(4), RULE_LINK, false, 0, 0, -1);
        expect(at(8), RULE_CFA, false, 32, 8, 0);
        expect(at(20), RULE_LINK, false, 0, 0, -1);
    }
}

static void what_is_not_understood_is_no_rule(void **unused)
{
    (void)unused;
    static const uint8_t with_pc[] = {0x41, 0x2c}, undefined[] = {0x07, 30},
                         elsewhere[] = {0x09, 30, 9}, odd[] = {0x0e, 12},
                         vector[] = {0x0f, 4, 0x8f, 0, 0x92, 46};
    make("zR", with_pc, sizeof with_pc);
    assert_int_equal(at(0).kind, RULE_LINK);
    assert_int_equal(at(4).kind, RULE_NONE);
    make("zR", undefined, sizeof undefined);
    assert_int_equal(at(0).kind, RULE_END);
    make("zR", elsewhere, sizeof elsewhere);
    assert_int_equal(at(0).kind, RULE_NONE);
    make("zR", odd, sizeof odd);
    assert_int_equal(at(0).kind, RULE_NONE);
    make("zR", vector, sizeof vector);
    assert_int_equal(at(0).kind, RULE_NONE);
    make("zRX", usual, sizeof usual);
    assert_int_equal(at(0).kind, RULE_NONE);
    make("zRS", usual, sizeof usual);
    assert_int_equal(at(0).kind, RULE_SIGNAL);
}

static void frames_beyond_a_rule_s_room_are_no_rule(void **unused)
{
    (void)unused;
    static const uint8_t large[] = {0x0e, 0xf8, 0xff, 0xff, 1},
                         larger[] = {0x0e, 0x80, 0x80, 0x80, 2};
    make("zR", large, sizeof large); /* 4 MiB - 8 */
    expect(at(0), RULE_LINK, false, (4 << 20) - 8, 0, -1);
    make("zR", larger, sizeof larger);
    assert_int_equal(at(0).kind, RULE_NONE);
}

static void instructions_are_told_by_where_they_go_on(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t word;
        enum insn_kind kind;
        long to; /* bytes; 0: nowhere */
    } known[] = {
        {0x14000003, INSN_JUMP, 12},   {0x17fffffe, INSN_JUMP, -8},
        {0x94000010, INSN_CALL, 64},   {0x54000041, INSN_BRANCH, 8},
        {0x54ffffeb, INSN_BRANCH, -4}, {0x5400004e, INSN_JUMP, 8},
        {0x34000060, INSN_BRANCH, 12}, {0xb5ffffa1, INSN_BRANCH, -12},
        {0x36080040, INSN_BRANCH, 8},  {0xb707ffe2, INSN_BRANCH, -4},
        {0xd61f0200, INSN_UNKNOWN, 0}, {0xd71f0a11, INSN_UNKNOWN, 0},
        {0xd63f0000, INSN_CALL, 0},    {0xd73f0a11, INSN_CALL, 0},
        {0xd65f03c0, INSN_END, 0},     {0xd65f0bff, INSN_END, 0},
        {0xd4200020, INSN_END, 0},     {0x00000000, INSN_END, 0},
        {0xd503201f, INSN_PLAIN, 0},   {0xa9bf7bfd, INSN_PLAIN, 0},
        {0xd4000001, INSN_PLAIN, 0},   {0xd503245f, INSN_PLAIN, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const uint8_t *code = (const uint8_t *)&known[i].word;
        struct insn insn = insn_decode(code, code + 4);
        assert_int_equal(insn.length, 4);
        assert_int_equal(insn.kind, known[i].kind);
        assert_int_equal(insn.target, known[i].to ? (uintptr_t)code + (uintptr_t)known[i].to : 0);
        assert_int_equal(insn_decode(code, code + 3).length, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_x30_lies_has_an_offset_of_its_own),
        cmocka_unit_test(signed_addresses_and_tagged_frames_are_read_as_others),
        cmocka_unit_test(what_is_not_understood_is_no_rule),
        cmocka_unit_test(frames_beyond_a_rule_s_room_are_no_rule),
        cmocka_unit_test(instructions_are_told_by_where_they_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
