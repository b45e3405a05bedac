/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/reach.h"
#include "preload/process/module_extent.h"
#include "preload/unwind/cfi_rule.h"
#include "preload/unwind/landing_pads.h"

#include <stdatomic.h>
#include <string.h>

#define ANSWERS      8192u /* 64 KiB, of which the pages in use are resident */
#define INSNS_MOST   30000u
#define INSNS_UNSURE 4000u /* once a way is not understood, another may still be found */

static _Atomic uint64_t answers[ANSWERS]; /* a hash of the question, and in 3 bits the answer */

struct search {
    struct reach_room *room;
    uintptr_t low, high;   /* the executable segment: nothing outside of it is read */
    uintptr_t begin, end;  /* of the function, or part of one, that is being searched */
    uintptr_t entry;       /* its first instruction; 0: it is a part that does not begin one */
    uintptr_t to;          /* where the call that is looked for ends */
    uint32_t blocks, todo; /* how many blocks were begun, and are to be */
    uint32_t insns;        /* how many may still be looked at */
    bool unknown;          /* something was not understood, and the search ends */
    bool unsure;           /* a jump was not understood */
    bool begins_again;     /* it can call itself by a jump */
};

/* --- the blocks --- */

/* Notes that a block begins at `pc`; false: it is known. */
static bool mark(struct search *s, uintptr_t pc)
{
    uint32_t offset = (uint32_t)(pc - s->low) + 1, size = 2 * REACH_BLOCKS;
    uint32_t at = offset * 0x9e3779b1u >> 16;
    for (; s->room->seen[at % size]; at++)
        if (s->room->seen[at % size] == offset)
            return false;
    if (++s->blocks == REACH_BLOCKS) {
        s->unknown = true;
        return false;
    }
    s->room->seen[at % size] = offset;
    return true;
}

static void add(struct search *s, uintptr_t pc)
{
    if (pc < s->low || pc >= s->high)
        s->unknown = true;
    else if (mark(s, pc))
        s->room->todo[s->todo++] = (uint32_t)(pc - s->low);
}

static bool is_inside(const struct search *s, uintptr_t pc)
{
    return pc >= s->begin && pc < s->end;
}

/* A function's first instruction finds nothing but a return address of its own on the stack.  Where
 * a part of another begins, that one's frame is there. */
static bool is_entry(const struct cfi_entry *entry, uintptr_t pc)
{
    struct rule rule = rule_compute(pc);
    return pc == entry->pc_begin && rule.kind == (ARCH_RETURN_LINKED ? RULE_LINK : RULE_CFA) &&
           !rule.from_bp && arch_rule_offset(rule) == ARCH_ENTRY_OFFSET;
}

/* Goes over to the code around `pc`, and to where it lands when something in it throws. */
static void enter(struct search *s, const struct cfi_entry *entry)
{
    struct landing_pads pads;
    uintptr_t pad;
    s->begin = entry->pc_begin > s->low ? entry->pc_begin : s->low;
    s->end = entry->pc_end < s->high ? entry->pc_end : s->high;
    s->entry = is_entry(entry, entry->pc_begin) ? entry->pc_begin : 0;
    if (!landing_pads_begin(entry, &pads)) {
        s->unknown = true;
        return;
    }
    while (!s->unknown && (pad = landing_pads_next(&pads, &s->unknown)))
        add(s, pad);
}

/* Where a jump leads out of the code that is being searched: false for a tail call, with which the
 * activation ends. */
static bool goes_on(struct search *s, uintptr_t target)
{
    struct cfi_entry entry;
    if (target == s->entry) {
        s->begins_again = true;
        return false;
    }
    if (is_inside(s, target))
        return true;
    if (target < s->low || target >= s->high || !cfi_find(target, &entry)) {
        s->unknown = true;
        return false;
    }
    return !is_entry(&entry, target);
}

/* --- the search --- */

/* Steps over one instruction.  *pc is where the block goes on then; 0: nowhere.  True: it was the
 * call that is looked for. */
static bool step(struct search *s, uintptr_t *pc)
{
    struct insn insn = {0};
    if (*pc < s->end && s->insns-- > 0)
        insn = insn_decode((const uint8_t *)*pc, (const uint8_t *)s->end);
    uintptr_t next = *pc + insn.length;
    *pc = 0;
    if (insn.length == 0) {
        s->unknown = true;
        return false;
    }
    switch (insn.kind) {
    case INSN_UNKNOWN:
        s->unsure = true;
        s->insns = s->insns < INSNS_UNSURE ? s->insns : INSNS_UNSURE;
        return false;
    case INSN_JUMP:
    case INSN_BRANCH:
        if (goes_on(s, insn.target))
            add(s, insn.target);
        if (insn.kind == INSN_BRANCH && mark(s, next))
            *pc = next;
        return false;
    case INSN_CALL:
        /* One that is a function's last instruction does not return. */
        *pc = next < s->end ? next : 0;
        return next == s->to;
    default:
        *pc = insn.kind == INSN_END ? 0 : next;
        return false;
    }
}

/* Follows a block to its end.  True: the call was found. */
static bool search_block(struct search *s, uintptr_t pc)
{
    struct cfi_entry entry;
    if (!is_inside(s, pc)) {
        if (!cfi_find(pc, &entry)) {
            s->unknown = true;
            return false;
        }
        enter(s, &entry);
    }
    while (pc && !s->unknown)
        if (step(s, &pc))
            return true;
    return false;
}

/* The executable segment of pc's module, as it is mapped. */
static bool find_segment(struct search *s, uintptr_t pc)
{
    struct module_extent extent;
    if (!module_extent_find(pc, &extent))
        return false;
    for (size_t i = 0; i < extent.header_count; i++) {
        const ElfW(Phdr) *header = &extent.headers[i];
        s->low = extent.bias + header->p_vaddr;
        s->high = s->low + header->p_filesz;
        if (header->p_type == PT_LOAD && (header->p_flags & (PF_R | PF_X)) == (PF_R | PF_X) &&
            header->p_memsz < UINT32_MAX && pc >= s->low && pc < s->high)
            return true;
    }
    return false;
}

enum reach reach_search(struct reach_room *room, uintptr_t from, uintptr_t to)
{
    struct search s = {.room = room, .to = to + 1, .insns = INSNS_MOST};
    struct cfi_entry entry, first;
    if (!module_extents_usable() || !find_segment(&s, to) || from < s.low || from + 1 >= s.high ||
        !cfi_find(to, &entry) || !cfi_find(from, &first))
        return REACH_UNSURE;
    bool same = first.pc_begin == entry.pc_begin;
    if (!same && is_entry(&first, first.pc_begin) && is_entry(&entry, entry.pc_begin))
        return REACH_OTHER; /* two whole functions */
    memset(room->seen, 0, sizeof room->seen);
    enter(&s, &first);
    if (is_inside(&s, from + 1)) /* else the call did not return */
        add(&s, from + 1);
    while (!s.unknown && s.todo > 0)
        if (search_block(&s, s.low + room->todo[--s.todo]))
            return REACH_CAN;
    if (s.unknown || s.unsure)
        return REACH_UNSURE;
    return same && !s.begins_again ? REACH_CANNOT : REACH_OTHER;
}

enum reach reach_ask(struct reach_room *room, uintptr_t from, uintptr_t to, uint32_t unload_epoch)
{
    uint64_t hash = (from ^ (uint64_t)unload_epoch << 48) * UINT64_C(0x9e3779b97f4a7c15);
    hash = ((hash ^ hash >> 32) + to) * UINT64_C(0xd1b54a32d192ed03);
    hash ^= hash >> 29;
    _Atomic uint64_t *kept = &answers[hash % ANSWERS];
    uint64_t known = atomic_load_explicit(kept, memory_order_relaxed);
    if (__builtin_expect((known ^ hash << 3) >> 3 == 0 && (known & 7) != REACH_UNKNOWN, 1))
        return (enum reach)(known & 7);
    enum reach answer = reach_search(room, from, to);
    atomic_store_explicit(kept, hash << 3 | answer, memory_order_relaxed);
    return answer;
}
