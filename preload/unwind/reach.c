/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/reach.h"
#include "preload/process/module_extent.h"
#include "preload/unwind/cfi_rule.h"
#include "preload/unwind/landing_pads.h"

#include <stdatomic.h>
#include <string.h>

#define ANSWERS      16384u /* 128 KiB, of which the pages in use are resident */
#define INSNS_MOST   30000u
#define INSNS_UNSURE 1000u /* once a way is not understood, another may still be found */
#define PARTS        8u    /* that are remembered in one search */

static _Atomic uint64_t answers[ANSWERS]; /* a hash of the question, and in 3 bits the answer */

/* What one entry of .eh_frame covers: a function, or a part of one that lies elsewhere (.cold). */
struct part {
    uintptr_t begin, end;  /* as far as they lie in the segment */
    uintptr_t entry;       /* a function's first instruction; 0: it is another part of one */
    uintptr_t first, lsda; /* of the entry */
    bool entered;          /* something of it can be reached, and so can its landing pads */
};

struct search {
    struct reach_room *room;
    uintptr_t low, high; /* the executable segment: no code outside of it is read */
    const struct module_extent *extent;
    struct part parts[PARTS];
    uint32_t added;        /* parts so far: the oldest ones are forgotten */
    struct part *in;       /* the one that is being searched */
    uintptr_t to;          /* where the call ends that is looked for, ... */
    uintptr_t to_entry;    /* ... and the function that a jump to is; 0: neither */
    uint32_t blocks, todo; /* how many blocks were begun, and are to be */
    uint32_t insns;        /* how many may still be looked at */
    bool unknown;          /* something was not understood, and the search ends */
    bool unsure;           /* a jump was not understood */
    bool begins_again;     /* it can call itself by a jump */
    bool jumps;            /* it can jump to `to_entry` */
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

static bool is_inside(const struct part *part, uintptr_t pc)
{
    return pc >= part->begin && pc < part->end;
}

/* A function's first instruction finds nothing but a return address of its own on the stack.  Where
 * a part of another begins, that one's frame is there. */
static bool begins_function(const struct cfi_entry *entry)
{
    struct rule rule = rule_of_entry(entry, entry->pc_begin);
    return rule.kind == (ARCH_RETURN_LINKED ? RULE_LINK : RULE_CFA) && !rule.from_bp &&
           arch_rule_offset(rule) == ARCH_ENTRY_OFFSET;
}

/* The part around `pc`; NULL: nothing is known of it. */
static struct part *part_of(struct search *s, uintptr_t pc)
{
    struct cfi_entry entry;
    for (uint32_t i = 0; i < PARTS; i++)
        if (is_inside(&s->parts[i], pc))
            return &s->parts[i];
    if (!cfi_find(pc, &entry))
        return NULL;
    struct part *part = &s->parts[s->added++ % PARTS];
    if (part == s->in) /* goes on being searched */
        part = &s->parts[s->added++ % PARTS];
    part->begin = entry.pc_begin > s->low ? entry.pc_begin : s->low;
    part->end = entry.pc_end < s->high ? entry.pc_end : s->high;
    part->entry = begins_function(&entry) ? entry.pc_begin : 0;
    part->first = entry.pc_begin;
    part->lsda = entry.lsda;
    part->entered = false;
    return part;
}

/* Goes over to a part, and to where it lands when something in it throws. */
static void enter(struct search *s, struct part *part)
{
    struct landing_pads pads;
    uintptr_t pad;
    s->in = part;
    if (part->entered)
        return;
    part->entered = true;
    if (!landing_pads_begin(part->first, part->lsda, &pads)) {
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
    if (target == s->to_entry) {
        s->jumps = true;
        return false;
    }
    if (target == s->in->entry) {
        s->begins_again = true;
        return false;
    }
    if (is_inside(s->in, target))
        return true;
    const struct part *part = target >= s->low && target < s->high ? part_of(s, target) : NULL;
    if (!part)
        s->unknown = true;
    return part && target != part->entry;
}

/* A jump to the address that lies in `slot`, as procedure linkage tables have it. */
static void jump_by(struct search *s, uintptr_t slot)
{
    uintptr_t readable_to = module_extent_readable_to(s->extent, slot);
    if (slot % sizeof slot == 0 && readable_to >= sizeof slot &&
        slot <= readable_to - sizeof slot && *(const uintptr_t *)slot == s->to_entry)
        s->jumps = true;
}

/* --- the search --- */

/* Steps over one instruction.  *pc is where the block goes on then; 0: nowhere.  True: it was the
 * call that is looked for. */
static bool step(struct search *s, uintptr_t *pc)
{
    struct insn insn = {0};
    uintptr_t end = s->in->end;
    if (*pc < end && s->insns-- > 0)
        insn = insn_decode((const uint8_t *)*pc, (const uint8_t *)end);
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
        *pc = next < end ? next : 0;
        return next == s->to;
    default:
        if (s->to_entry && insn.slot)
            jump_by(s, insn.slot);
        *pc = insn.kind == INSN_END ? 0 : next;
        return false;
    }
}

/* Follows a block to its end.  True: the call was found. */
static bool search_block(struct search *s, uintptr_t pc)
{
    if (!is_inside(s->in, pc)) {
        struct part *part = part_of(s, pc);
        if (!part) {
            s->unknown = true;
            return false;
        }
        enter(s, part);
    }
    while (pc && !s->unknown && !s->jumps)
        if (step(s, &pc))
            return true;
    return s->jumps;
}

/* The executable segment of pc's module, as it is mapped. */
static bool find_segment(struct search *s, struct module_extent *extent, uintptr_t pc)
{
    if (!module_extent_find(pc, extent))
        return false;
    s->extent = extent;
    for (size_t i = 0; i < extent->header_count; i++) {
        const ElfW(Phdr) *header = &extent->headers[i];
        s->low = extent->bias + header->p_vaddr;
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
    struct module_extent extent;
    struct cfi_entry last;
    struct part *first;
    if (!module_extents_usable() || !find_segment(&s, &extent, from) || from + 1 >= s.high ||
        !cfi_find(to, &last) || !(first = part_of(&s, from)))
        return REACH_UNSURE;
    bool same = first->first == last.pc_begin, begins = !same && begins_function(&last);
    bool outside = to < s.low || to >= s.high;
    bool two = begins && (outside || first->entry); /* whole functions */
    if (outside && !two)
        return REACH_UNSURE;
    if (begins)
        s.to_entry = last.pc_begin;
    if (two)
        s.to = 0;
    memset(room->seen, 0, sizeof room->seen);
    enter(&s, first);
    if (is_inside(first, from + 1)) /* else the call did not return */
        add(&s, from + 1);
    while (!s.unknown && s.todo > 0)
        if (search_block(&s, s.low + room->todo[--s.todo]))
            return s.jumps ? REACH_JUMPS : REACH_CAN;
    if (two)
        return REACH_OTHER;
    if (s.unknown || s.unsure)
        return REACH_UNSURE;
    return same && !s.begins_again ? REACH_CANNOT : REACH_OTHER;
}

enum reach reach_look_at_call(uintptr_t caller, uintptr_t callee)
{
    struct search s = {0};
    struct module_extent extent;
    struct cfi_entry entry;
    if (!module_extents_usable() || !find_segment(&s, &extent, caller) || caller + 1 >= s.high ||
        caller + 1 - s.low < INSN_CALL_BYTES || !cfi_find(callee, &entry))
        return REACH_UNSURE;
    uintptr_t called = insn_called((const uint8_t *)caller + 1);
    return called && called == entry.pc_begin ? REACH_CAN : REACH_UNSURE;
}

/* --- answers --- */

/* Is a kept word the answer to the question of this hash? */
static inline bool answers_to(uint64_t kept, uint64_t hash)
{
    return (kept ^ hash << 3) >> 3 == 0 && (kept & 7) != REACH_UNKNOWN;
}

static inline uint64_t hash_of(uintptr_t from, uintptr_t to, uint32_t unload_epoch)
{
    uint64_t hash = (from ^ (uint64_t)unload_epoch << 48) * UINT64_C(0x9e3779b97f4a7c15);
    hash = ((hash ^ hash >> 32) + to) * UINT64_C(0xd1b54a32d192ed03);
    return hash ^ hash >> 29;
}

/* Keeps an answer, and what was kept in its place beside it. */
static enum reach keep(uint64_t hash, enum reach answer)
{
    _Atomic uint64_t *kept = &answers[hash % ANSWERS], *older = &answers[hash % ANSWERS ^ 1];
    uint64_t known = atomic_load_explicit(kept, memory_order_relaxed);
    atomic_store_explicit(older, known, memory_order_relaxed);
    atomic_store_explicit(kept, hash << 3 | answer, memory_order_relaxed);
    return answer;
}

/* REACH_UNKNOWN: it is not kept. */
static inline enum reach recall(uint64_t hash)
{
    uint64_t known = atomic_load_explicit(&answers[hash % ANSWERS], memory_order_relaxed);
    if (__builtin_expect(answers_to(known, hash), 1))
        return (enum reach)(known & 7);
    known = atomic_load_explicit(&answers[hash % ANSWERS ^ 1], memory_order_relaxed);
    return answers_to(known, hash) ? keep(hash, (enum reach)(known & 7)) : REACH_UNKNOWN;
}

enum reach reach_ask(struct reach_room *room, uintptr_t from, uintptr_t to, uint32_t unload_epoch)
{
    uint64_t hash = hash_of(from, to, unload_epoch);
    enum reach known = recall(hash);
    return known != REACH_UNKNOWN ? known : keep(hash, reach_search(room, from, to));
}

/* Its questions are told from the others by an address that none of those has. */
enum reach reach_ask_call(uintptr_t caller, uintptr_t callee, uint32_t unload_epoch)
{
    uint64_t hash = hash_of(~callee, caller, unload_epoch);
    enum reach known = recall(hash);
    return known != REACH_UNKNOWN ? known : keep(hash, reach_look_at_call(caller, callee));
}
