/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules that were computed before.  The cache is direct-mapped and shared by all threads without
 * locks: an entry is {pc ^ mixed rule ^ flushes, rule}, so that a torn or stale one matches no
 * existing pc.  (Without the mixing, the halves of two rules that differ in a few bits matched a
 * third pc of the same index.)  What another rule took the place of is kept in a smaller cache of
 * the same kind, since two pcs of one index may both be on every stack.
 */
#ifndef MEMPROF_UNWIND_CFI_RULES_H
#define MEMPROF_UNWIND_CFI_RULES_H

#include "preload/base/hidden.h"
#include "preload/unwind/cfi_rule.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define CFI_RULES 8192u /* 128 KiB */

struct cfi_kept_rule {
    _Atomic uint64_t check;
    _Atomic uint64_t rule;
};
extern HIDDEN struct cfi_kept_rule cfi_rules[CFI_RULES];

/* Changes with unwind_cfi_flush(). */
extern HIDDEN _Atomic uint64_t cfi_flushes;

static_assert(sizeof(struct rule) == sizeof(uint64_t), "a rule is one word");

static inline uint64_t cfi_rule_mixed(uint64_t rule_bits)
{
    return rule_bits * UINT64_C(0xd6e8feb86659fd93);
}

static inline struct cfi_kept_rule *cfi_rule_kept(uintptr_t pc)
{
    return &cfi_rules[(uint32_t)((pc ^ pc >> 13) % CFI_RULES)];
}

/* What the cache has no rule for at its first place.  `keep`: it will be asked for again. */
__attribute__((cold)) struct rule cfi_rule_learn(uintptr_t pc, bool keep);

static inline struct rule cfi_rule_at(uintptr_t pc, bool keep)
{
    struct rule rule;
    const struct cfi_kept_rule *kept = cfi_rule_kept(pc);
    uint64_t flush = atomic_load_explicit(&cfi_flushes, memory_order_acquire);
    uint64_t bits = atomic_load_explicit(&kept->rule, memory_order_relaxed);
    uint64_t check = atomic_load_explicit(&kept->check, memory_order_relaxed);
    if (__builtin_expect((check ^ cfi_rule_mixed(bits) ^ flush) != pc, 0))
        return cfi_rule_learn(pc, keep);
    memcpy(&rule, &bits, sizeof rule);
    return rule;
}

#endif
