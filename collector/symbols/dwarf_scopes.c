/* SPDX-License-Identifier: Apache-2.0
 *
 * A unit's tree is walked once for all its addresses, and only into functions
 * that hold one: libdw's own search walks it once per address.
 */
#include "collector/symbols/dwarf_scopes.h"
#include "collector/symbols/dwarf_units.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX       200  /* of namespaces, classes and functions */
#define BLOCK_DEPTH_MAX 4096 /* in a function: 256 inlined calls, each in blocks of its own */

bool dwarf_scopes_init(struct dwarf_scopes *scopes)
{
    scopes->innermost = calloc((size_t)scopes->count + 1, sizeof(*scopes->innermost));
    return scopes->innermost != NULL;
}

void dwarf_scopes_deinit(struct dwarf_scopes *scopes)
{
    free(scopes->innermost);
    free(scopes->items);
}

static uint32_t add_scope(struct dwarf_scopes *scopes, const Dwarf_Die *die, uint32_t parent)
{
    if (scopes->item_count == scopes->item_capacity) {
        uint32_t capacity = scopes->item_capacity ? scopes->item_capacity * 2 : 256;
        struct dwarf_scope *moved = realloc(scopes->items, capacity * sizeof(*moved));
        if (!moved) {
            scopes->no_memory = true;
            return 0;
        }
        scopes->items = moved;
        scopes->item_capacity = capacity;
    }
    scopes->items[scopes->item_count] = (struct dwarf_scope){*die, parent};
    return scopes->item_count++;
}

/* Whether code from `start` on may take an address: in `parent` if it lies in that so far, and
 * for a function if nothing better did.  Of two that claim it one was discarded; the other one
 * begins where the unwind tables say. */
static bool may_take(const struct dwarf_scopes *scopes, uint32_t i, uint32_t parent, uint64_t start)
{
    if (scopes->units[i] != scopes->unit)
        return false;
    if (parent != 0)
        return scopes->innermost[i] == parent;
    return scopes->innermost[i] == 0 || scopes->starts[i] == 0 || scopes->starts[i] == start;
}

/* Makes a new scope the innermost one of the addresses in the DIE's ranges which
 * are in scope `parent` so far (0: in any, for a function).  0: none is. */
static uint32_t enter(struct dwarf_scopes *scopes, Dwarf_Die *die, uint32_t parent)
{
    Dwarf_Addr base, start, end;
    uint32_t scope = 0;
    for (ptrdiff_t at = 0;
         dwarf_step(scopes->steps) && (at = dwarf_ranges(die, at, &base, &start, &end)) > 0;) {
        uint32_t i = dwarf_units_lower_bound(scopes->addresses, scopes->count, start);
        if (i == scopes->count || scopes->addresses[i] >= end ||
            !dwarf_code_is_kept(scopes->code, start))
            continue;
        for (; i < scopes->count && scopes->addresses[i] < end && dwarf_step(scopes->steps); i++) {
            if (!may_take(scopes, i, parent, start))
                continue;
            if (scope == 0 && (scope = add_scope(scopes, die, parent)) == 0)
                return 0;
            scopes->innermost[i] = scope;
        }
    }
    return scope;
}

/* Whether a block without code of its own can be left out. */
static bool holds_address(const struct dwarf_scopes *scopes, Dwarf_Die *die)
{
    Dwarf_Addr base, start, end;
    ptrdiff_t at = dwarf_ranges(die, 0, &base, &start, &end);
    if (at <= 0)
        return true; /* says nothing about addresses */
    for (; at > 0 && dwarf_step(scopes->steps); at = dwarf_ranges(die, at, &base, &start, &end)) {
        uint32_t i = dwarf_units_lower_bound(scopes->addresses, scopes->count, start);
        if (i < scopes->count && scopes->addresses[i] < end)
            return true;
    }
    return false;
}

/* The children of a function or of a block in it. */
static void walk_function(struct dwarf_scopes *scopes, Dwarf_Die *parent, uint32_t scope,
                          unsigned depth)
{
    Dwarf_Die die;
    if (depth > BLOCK_DEPTH_MAX || dwarf_child(parent, &die) != 0)
        return;
    do {
        uint32_t inner;
        switch (dwarf_tag(&die)) {
        case DW_TAG_inlined_subroutine:
            inner = enter(scopes, &die, scope);
            if (inner != 0)
                walk_function(scopes, &die, inner, depth + 1);
            break;
        case DW_TAG_subprogram: /* a nested function */
            inner = enter(scopes, &die, 0);
            if (inner != 0)
                walk_function(scopes, &die, inner, depth + 1);
            break;
        case DW_TAG_lexical_block:
        case DW_TAG_try_block:
        case DW_TAG_catch_block:
            if (holds_address(scopes, &die))
                walk_function(scopes, &die, scope, depth + 1);
            break;
        default:
            break;
        }
    } while (!scopes->no_memory && dwarf_step(scopes->steps) && dwarf_siblingof(&die, &die) == 0);
}

static bool may_hold_functions(int tag)
{
    return tag == DW_TAG_namespace || tag == DW_TAG_module || tag == DW_TAG_structure_type ||
           tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

/* `everywhere`: also into functions without code, for what they declare. */
static void walk_unit(struct dwarf_scopes *scopes, Dwarf_Die *parent, bool everywhere,
                      unsigned depth)
{
    Dwarf_Die die;
    if (depth > DEPTH_MAX || dwarf_child(parent, &die) != 0)
        return;
    do {
        int tag = dwarf_tag(&die);
        if (tag == DW_TAG_subprogram) {
            uint32_t scope = enter(scopes, &die, 0);
            if (scope != 0)
                walk_function(scopes, &die, scope, depth + 1);
            else if (everywhere)
                walk_unit(scopes, &die, true, depth + 1);
        } else if (may_hold_functions(tag) || everywhere) {
            walk_unit(scopes, &die, everywhere, depth + 1);
        }
    } while (!scopes->no_memory && dwarf_step(scopes->steps) && dwarf_siblingof(&die, &die) == 0);
}

void dwarf_scopes_read(struct dwarf_scopes *scopes, Dwarf_Off unit, Dwarf_Die *root,
                       const uint32_t *members, uint32_t member_count)
{
    Dwarf_Die nothing;
    memset(&nothing, 0, sizeof(nothing));
    scopes->unit = unit;
    scopes->item_count = 0;
    add_scope(scopes, &nothing, 0);
    if (!scopes->no_memory)
        walk_unit(scopes, root, false, 0);
    bool is_missing = false;
    for (uint32_t i = 0; i < member_count; i++)
        is_missing |= scopes->innermost[members[i]] == 0;
    if (is_missing && !scopes->no_memory)
        walk_unit(scopes, root, true, 0);
}
