/* SPDX-License-Identifier: Apache-2.0
 *
 * DWARF has no way from a DIE to its parent.  But children lie between their
 * parent and its next sibling, so the scopes of a unit, collected once, are found
 * again by offset.
 */
#include "collector/symbols/dwarf_spaces.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

static bool is_space(int tag)
{
    return tag == DW_TAG_namespace || tag == DW_TAG_structure_type || tag == DW_TAG_class_type ||
           tag == DW_TAG_union_type || tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block ||
           tag == DW_TAG_module;
}

static uint32_t add_space(struct dwarf_spaces *spaces, Dwarf_Die *die, uint32_t parent)
{
    if (spaces->count == spaces->capacity) {
        uint32_t capacity = spaces->capacity ? spaces->capacity * 2 : 64;
        struct dwarf_space *moved = realloc(spaces->items, capacity * sizeof(*moved));
        if (!moved)
            return 0;
        spaces->items = moved;
        spaces->capacity = capacity;
    }
    spaces->items[spaces->count] =
        (struct dwarf_space){dwarf_dieoffset(die), UINT64_MAX, parent, *die};
    return spaces->count++;
}

static void collect_spaces(struct dwarf_spaces *spaces, Dwarf_Die *parent_die, uint32_t parent,
                           unsigned depth)
{
    Dwarf_Die die;
    uint32_t open = 0;
    if (depth > DWARF_SPACES_DEPTH_MAX || dwarf_child(parent_die, &die) != 0)
        return;
    do {
        if (open != 0)
            spaces->items[open].end = dwarf_dieoffset(&die);
        open = is_space(dwarf_tag(&die)) ? add_space(spaces, &die, parent) : 0;
        if (open != 0)
            collect_spaces(spaces, &die, open, depth + 1);
    } while (dwarf_step(spaces->steps) && dwarf_siblingof(&die, &die) == 0);
}

void dwarf_spaces_read(struct dwarf_spaces *spaces, Dwarf_Die *unit)
{
    Dwarf_Die nothing;
    memset(&nothing, 0, sizeof(nothing));
    if (spaces->unit == unit->cu)
        return;
    spaces->unit = unit->cu;
    spaces->count = 0;
    add_space(spaces, &nothing, 0);
    if (spaces->count > 0) {
        spaces->items[0].start = 0;
        collect_spaces(spaces, unit, 0, 0);
    }
}

uint32_t dwarf_spaces_find(const struct dwarf_spaces *spaces, Dwarf_Die *die)
{
    Dwarf_Off offset = dwarf_dieoffset(die);
    uint32_t low = 0, high = spaces->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (spaces->items[middle].start < offset)
            low = middle;
        else
            high = middle;
    }
    /* A last child's end is not known; it lies in all that are around it, whose ends are. */
    for (uint32_t at = low; at != 0; at = spaces->items[at].parent)
        if (offset >= spaces->items[at].end)
            low = spaces->items[at].parent;
    return low;
}

void dwarf_spaces_deinit(struct dwarf_spaces *spaces)
{
    free(spaces->items);
    *spaces = (struct dwarf_spaces){.steps = spaces->steps};
}
