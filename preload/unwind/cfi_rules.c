/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/cfi_rules.h"
#include "preload/unwind/unwind.h"

#define ADDRESS_BITS                                                                               \
    52 /* no pc has more; what is torn or of another flush hardly ever has so few */
#define DISPLACED 1024u /* 16 KiB, of which the pages in use are resident */

struct cfi_kept_rule cfi_rules[CFI_RULES];
_Atomic uint64_t cfi_flushes;

static struct cfi_kept_rule displaced[DISPLACED];

void unwind_cfi_flush(void)
{
    atomic_fetch_add_explicit(&cfi_flushes, UINT64_C(0x9e3779b97f4a7c15), memory_order_release);
}

static struct cfi_kept_rule *displaced_at(uintptr_t pc)
{
    return &displaced[(pc * UINT64_C(0x9e3779b97f4a7c15) >> 32) % DISPLACED];
}

static void put(struct cfi_kept_rule *to, uintptr_t pc, uint64_t bits, uint64_t flush)
{
    atomic_store_explicit(&to->rule, bits, memory_order_relaxed);
    atomic_store_explicit(&to->check, pc ^ cfi_rule_mixed(bits) ^ flush, memory_order_relaxed);
}

/* The pc that a kept rule is of, if it is whole and of this flush; else one that nothing has. */
static uintptr_t pc_of(const struct cfi_kept_rule *kept, uint64_t flush, uint64_t *bits)
{
    *bits = atomic_load_explicit(&kept->rule, memory_order_relaxed);
    return atomic_load_explicit(&kept->check, memory_order_relaxed) ^ cfi_rule_mixed(*bits) ^ flush;
}

struct rule cfi_rule_learn(uintptr_t pc, bool keep)
{
    uint64_t flush = atomic_load_explicit(&cfi_flushes, memory_order_acquire), bits, before;
    struct cfi_kept_rule *kept = cfi_rule_kept(pc);
    struct rule rule;
    if (pc_of(displaced_at(pc), flush, &bits) == pc) {
        memcpy(&rule, &bits, sizeof rule);
    } else {
        rule = rule_compute(pc);
        memcpy(&bits, &rule, sizeof bits);
    }
    if (keep) {
        uintptr_t other = pc_of(kept, flush, &before);
        if (before && other != pc && other >> ADDRESS_BITS == 0)
            put(displaced_at(other), other, before, flush);
        put(kept, pc, bits, flush);
    }
    return rule;
}
