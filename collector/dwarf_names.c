/* SPDX-License-Identifier: Apache-2.0
 *
 * DWARF has no way from a DIE to its parent.  But children lie between their
 * parent and its next sibling, so the scopes of a unit, collected once, are found
 * again by offset.
 */
#include "collector/dwarf_names.h"

#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64
#define HOPS_MAX  8
#define BYTES_MAX 4096 /* of a name: a longer one is not worth it */

/* --- scopes --- */

static bool is_space(int tag)
{
    return tag == DW_TAG_namespace || tag == DW_TAG_structure_type || tag == DW_TAG_class_type ||
           tag == DW_TAG_union_type;
}

static uint32_t add_space(struct dwarf_names *names, Dwarf_Die *die, uint32_t parent)
{
    if (names->count == names->capacity) {
        uint32_t capacity = names->capacity ? names->capacity * 2 : 64;
        struct dwarf_space *moved = realloc(names->spaces, capacity * sizeof(*moved));
        if (!moved)
            return 0;
        names->spaces = moved;
        names->capacity = capacity;
    }
    names->spaces[names->count] =
        (struct dwarf_space){dwarf_dieoffset(die), UINT64_MAX, parent, *die};
    return names->count++;
}

static void collect_spaces(struct dwarf_names *names, Dwarf_Die *parent_die, uint32_t parent,
                           unsigned depth)
{
    Dwarf_Die die;
    uint32_t open = 0;
    if (depth > DEPTH_MAX || dwarf_child(parent_die, &die) != 0)
        return;
    do {
        if (open != 0)
            names->spaces[open].end = dwarf_dieoffset(&die);
        open = is_space(dwarf_tag(&die)) ? add_space(names, &die, parent) : 0;
        if (open != 0)
            collect_spaces(names, &die, open, depth + 1);
    } while (dwarf_step(names->steps) && dwarf_siblingof(&die, &die) == 0);
    if (open != 0 && parent != 0)
        names->spaces[open].end = names->spaces[parent].end;
}

static void read_spaces(struct dwarf_names *names, Dwarf_Die *unit)
{
    Dwarf_Die nothing;
    memset(&nothing, 0, sizeof(nothing));
    if (names->unit == unit->cu)
        return;
    names->unit = unit->cu;
    names->count = 0;
    add_space(names, &nothing, 0);
    if (names->count > 0) {
        names->spaces[0].start = 0;
        collect_spaces(names, unit, 0, 0);
    }
}

/* The innermost scope around a DIE; 0: none. */
static uint32_t find_space(const struct dwarf_names *names, Dwarf_Die *die)
{
    Dwarf_Off offset = dwarf_dieoffset(die);
    uint32_t low = 0, high = names->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (names->spaces[middle].start < offset)
            low = middle;
        else
            high = middle;
    }
    /* The last child's end is not known; past its parent's end it is. */
    while (low != 0 && offset >= names->spaces[low].end)
        low = names->spaces[low].parent;
    return low;
}

/* --- types, as the demangler writes them --- */

/* Whether to write on: types that name each other can make a name of any length. */
static bool has_room(const struct dwarf_names *names, FILE *out)
{
    return dwarf_step(names->steps) && ftell(out) <= BYTES_MAX;
}

static void put_scope(const struct dwarf_names *names, FILE *out, uint32_t space, unsigned depth)
{
    if (space == 0 || depth > DEPTH_MAX || !has_room(names, out))
        return;
    put_scope(names, out, names->spaces[space].parent, depth + 1);
    Dwarf_Die die = names->spaces[space].die;
    const char *name = dwarf_diename(&die);
    fprintf(out, "%s::", name ? name : "(anonymous namespace)");
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
    Dwarf_Attribute attribute;
    return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), type) != NULL;
}

static void put_type(const struct dwarf_names *names, FILE *out, Dwarf_Die *die, unsigned depth);

static void put_target(const struct dwarf_names *names, FILE *out, Dwarf_Die *die, unsigned depth)
{
    Dwarf_Die target;
    if (depth < DEPTH_MAX && has_room(names, out) && type_of(die, &target))
        put_type(names, out, &target, depth + 1);
    else
        fputs("void", out);
}

static void put_parameters(const struct dwarf_names *names, FILE *out, Dwarf_Die *function,
                           unsigned depth)
{
    Dwarf_Die child;
    const char *separator = "";
    fputc('(', out);
    if (depth < DEPTH_MAX && dwarf_child(function, &child) == 0)
        do {
            int tag = dwarf_tag(&child);
            if (tag == DW_TAG_unspecified_parameters)
                fprintf(out, "%s...", separator);
            if (tag != DW_TAG_formal_parameter || dwarf_hasattr(&child, DW_AT_artificial))
                continue;
            fputs(separator, out);
            put_target(names, out, &child, depth + 1);
            separator = ", ";
        } while (has_room(names, out) && dwarf_siblingof(&child, &child) == 0);
    fputc(')', out);
}

/* A pointer or reference; to a function it goes around the mark: void (*)(int). */
static void put_pointer(const struct dwarf_names *names, FILE *out, Dwarf_Die *die,
                        const char *mark, unsigned depth)
{
    Dwarf_Die target;
    if (type_of(die, &target) && dwarf_tag(&target) == DW_TAG_subroutine_type) {
        put_target(names, out, &target, depth + 1);
        fprintf(out, " (%s)", mark);
        put_parameters(names, out, &target, depth + 1);
        return;
    }
    put_target(names, out, die, depth);
    fputs(mark, out);
}

/* DWARF has "long unsigned int" where mangled names have "unsigned long". */
static const char *base_name(const char *name)
{
    static const char *const pairs[][2] = {
        {"long int", "long"},           {"long unsigned int", "unsigned long"},
        {"short int", "short"},         {"short unsigned int", "unsigned short"},
        {"long long int", "long long"}, {"long long unsigned int", "unsigned long long"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (strcmp(name, pairs[i][0]) == 0)
            return pairs[i][1];
    return name;
}

static void put_type(const struct dwarf_names *names, FILE *out, Dwarf_Die *die, unsigned depth)
{
    const char *name = dwarf_diename(die);
    switch (dwarf_tag(die)) {
    case DW_TAG_pointer_type:
        put_pointer(names, out, die, "*", depth);
        break;
    case DW_TAG_reference_type:
        put_pointer(names, out, die, "&", depth);
        break;
    case DW_TAG_rvalue_reference_type:
        put_pointer(names, out, die, "&&", depth);
        break;
    case DW_TAG_const_type:
        put_target(names, out, die, depth);
        fputs(" const", out);
        break;
    case DW_TAG_volatile_type:
        put_target(names, out, die, depth);
        fputs(" volatile", out);
        break;
    case DW_TAG_restrict_type:
    case DW_TAG_typedef:
        put_target(names, out, die, depth);
        break;
    case DW_TAG_array_type:
        put_target(names, out, die, depth);
        fputs("[]", out);
        break;
    case DW_TAG_base_type:
    case DW_TAG_unspecified_type:
        fputs(name ? base_name(name) : "?", out);
        break;
    default:
        put_scope(names, out, find_space(names, die), 0);
        fputs(name ? name : "{unnamed}", out);
        break;
    }
}

/* --- functions --- */

static bool is_cxx(Dwarf_Die *unit)
{
    switch (dwarf_srclang(unit)) {
    case DW_LANG_C_plus_plus:
    case DW_LANG_C_plus_plus_03:
    case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14:
        return true;
    default:
        return false;
    }
}

/* Whether the unit tells parameters: with -g1 there are only names and lines. */
static bool tells_parameters(Dwarf_Die *unit, Dwarf_Die *function)
{
    Dwarf_Attribute attribute;
    const char *producer = dwarf_formstring(dwarf_attr(unit, DW_AT_producer, &attribute));
    return !(producer && strstr(producer, " -g1")) && dwarf_hasattr(function, DW_AT_decl_line);
}

/* Goes from a compiled or inlined function to its declaration. */
static void follow_origin(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Die origin;
    for (int hops = 0; hops < HOPS_MAX; hops++) {
        Dwarf_Attribute *found = dwarf_attr(die, DW_AT_abstract_origin, &attribute);
        if (!found)
            found = dwarf_attr(die, DW_AT_specification, &attribute);
        if (!found || !dwarf_formref_die(found, &origin))
            return;
        *die = origin;
    }
}

char *dwarf_names_format(struct dwarf_names *names, Dwarf_Die *unit, Dwarf_Die *function)
{
    Dwarf_Die die = *function;
    char *text = NULL;
    size_t length;
    if (!is_cxx(unit))
        return NULL;
    follow_origin(&die);
    const char *name = dwarf_diename(&die);
    if (!name || dwarf_hasattr(&die, DW_AT_external) || /* extern "C", main */
        !tells_parameters(unit, &die))
        return NULL;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    Dwarf_Die own_unit;
    if (dwarf_diecu(&die, &own_unit, NULL, NULL))
        read_spaces(names, &own_unit);
    put_scope(names, out, find_space(names, &die), 0);
    fputs(name, out);
    put_parameters(names, out, &die, 0);
    if (fclose(out) != 0 || length > BYTES_MAX) {
        free(text);
        return NULL;
    }
    return text;
}

void dwarf_names_deinit(struct dwarf_names *names)
{
    free(names->spaces);
    *names = (struct dwarf_names){.steps = names->steps};
}
