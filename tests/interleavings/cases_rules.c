/* SPDX-License-Identifier: Apache-2.0
 *
 * The rule cache: two threads learn rules that share a place, a third looks one up,
 * while a library is closed and what is there now has other rules.
 */
#include "preload/unwind/cfi_rules.c"

#include "tests/interleavings/cases.h"

/* One place for all three, and chosen so that half of one entry and half of the other
 * are, without the mixing, an entry for the third. */
#define PC_A UINT64_C(0x7f0000401230)
#define PC_B (PC_A + (UINT64_C(8192) << 13))
#define PC_X (PC_A ^ UINT64_C(0x20010))

static uint32_t loaded TRACKED; /* libraries that came to lie there so far */

struct rule rule_compute(uintptr_t pc)
{
    explore_step();
    struct rule rule = {.kind = RULE_CFA, .bp_kind = RULE_BP_CFA, .saved = (uint8_t)loaded};
    rule.from_bp = pc == PC_A;
    rule.bp_offset = pc == PC_A ? -2 : pc == PC_B ? -4 : -6;
    rule.offset = 16;
    return rule;
}

static void look_up(uintptr_t pc, bool keep)
{
    uint32_t least = cfi_flushes ? loaded : 0; /* a flush came after what was loaded before it */
    struct rule rule = cfi_rule_at(pc, keep), right = rule_compute(pc);
    EXPLORE_CHECK(rule.bp_offset == right.bp_offset && rule.from_bp == right.from_bp);
    EXPLORE_CHECK(rule.saved >= least && rule.saved <= loaded);
}
static void look_up_a(void)
{
    look_up(PC_A, true);
}
static void look_up_b(void)
{
    look_up(PC_B, true);
}
static void look_up_x(void)
{
    look_up(PC_X, false);
}
static void close_and_load_another(void)
{
    explore_step();
    loaded++;
    unwind_cfi_flush();
}

static void case_torn_rules(void)
{
    explore_thread(look_up_a, NULL, NULL);
    explore_thread(look_up_b, NULL, NULL);
    explore_thread(look_up_x, NULL, NULL);
}
/* One was learned before. */
static void case_torn_rule(void)
{
    explore_thread(look_up_x, look_up_a, NULL);
    explore_thread(look_up_b, NULL, NULL);
}
static void case_stale_rules(void)
{
    explore_thread(look_up_a, look_up_a, NULL);
    explore_thread(look_up_a, NULL, NULL);
    explore_thread(close_and_load_another, NULL, NULL);
}
/* One rule takes the other's place, and gives it back. */
static void look_up_in_turns(void)
{
    look_up_a();
    look_up_b();
    look_up_a();
}
static void case_displaced_rules(void)
{
    explore_thread(look_up_in_turns, NULL, NULL);
    explore_thread(close_and_load_another, NULL, NULL);
}

const struct explored_case cases_rules[] = {
    {"torn-rules", case_torn_rules, NULL, NULL},
    {"torn-rule", case_torn_rule, NULL, NULL},
    {"stale-rules", case_stale_rules, NULL, NULL},
    {"displaced-rules", case_displaced_rules, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
