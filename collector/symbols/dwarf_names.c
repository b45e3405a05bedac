/* SPDX-License-Identifier: Apache-2.0
 *
 * A name is written into memory that grows, and ends when it is too long.
 */
#include "collector/symbols/dwarf_names.h"
#include "collector/symbols/demangle.h"
#include "collector/symbols/dwarf_language.h"

#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64
#define HOPS_MAX  8
#define BYTES_MAX 4096 /* of a name: a longer one is not worth it */

/* --- types, as the demangler writes them --- */

/* Whether to write on: types that name each other can make a name of any length. */
static bool has_room(const struct dwarf_spaces *spaces, FILE *out)
{
    return dwarf_step(spaces->steps) && ftell(out) <= BYTES_MAX;
}

static void put_function(const struct dwarf_spaces *spaces, FILE *out, Dwarf_Die *function,
                         unsigned depth);
static void put_local_type(const struct dwarf_spaces *spaces, FILE *out, uint32_t space,
                           unsigned depth);

static void put_scope(const struct dwarf_spaces *spaces, FILE *out, uint32_t space, unsigned depth)
{
    if (space == 0 || depth > DWARF_SPACES_DEPTH_MAX || !has_room(spaces, out))
        return;
    Dwarf_Die die = spaces->items[space].die;
    const char *name = dwarf_diename(&die);
    int tag = dwarf_tag(&die);
    if (tag == DW_TAG_subprogram) {
        put_function(spaces, out, &die, depth + 1);
        fputs("::", out);
        return;
    }
    put_scope(spaces, out, spaces->items[space].parent, depth + 1);
    if (tag == DW_TAG_lexical_block || tag == DW_TAG_module)
        return;
    if (tag == DW_TAG_namespace)
        fputs(name ? name : "(anonymous namespace)", out);
    else if (name && *name != '<')
        fputs(name, out);
    else
        put_local_type(spaces, out, space, depth);
    fputs("::", out);
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
    Dwarf_Attribute attribute;
    return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), type) != NULL;
}

static void put_type(const struct dwarf_spaces *spaces, FILE *out, Dwarf_Die *die, unsigned depth);

static void put_target(const struct dwarf_spaces *spaces, FILE *out, Dwarf_Die *die, unsigned depth)
{
    Dwarf_Die target;
    if (depth < DEPTH_MAX && has_room(spaces, out) && type_of(die, &target))
        put_type(spaces, out, &target, depth + 1);
    else
        fputs("void", out);
}

static void put_parameters(const struct dwarf_spaces *spaces, FILE *out, Dwarf_Die *function,
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
            put_target(spaces, out, &child, depth + 1);
            separator = ", ";
        } while (has_room(spaces, out) && dwarf_siblingof(&child, &child) == 0);
    fputc(')', out);
}

/* A pointer or reference; to a function it goes around the mark: void (*)(int). */
static void put_pointer(const struct dwarf_spaces *spaces, FILE *out, Dwarf_Die *die,
                        const char *mark, unsigned depth)
{
    Dwarf_Die target;
    if (type_of(die, &target) && dwarf_tag(&target) == DW_TAG_subroutine_type) {
        put_target(spaces, out, &target, depth + 1);
        fprintf(out, " (%s)", mark);
        put_parameters(spaces, out, &target, depth + 1);
        return;
    }
    put_target(spaces, out, die, depth);
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

static void put_unnamed(const struct dwarf_spaces *spaces, FILE *out, Dwarf_Die *die,
                        unsigned depth)
{
    uint32_t space = spaces->count > 0 ? dwarf_spaces_find(spaces, die) : 0;
    /* The type's own record is the one after what is around it, if it is in this unit. */
    for (uint32_t i = space + 1; i < spaces->count; i++)
        if (spaces->items[i].start == dwarf_dieoffset(die)) {
            put_local_type(spaces, out, i, depth);
            return;
        }
    fputs("{unnamed}", out);
}

static void put_type(const struct dwarf_spaces *spaces, FILE *out, Dwarf_Die *die, unsigned depth)
{
    const char *name = dwarf_diename(die);
    switch (dwarf_tag(die)) {
    case DW_TAG_pointer_type:
        put_pointer(spaces, out, die, "*", depth);
        break;
    case DW_TAG_reference_type:
        put_pointer(spaces, out, die, "&", depth);
        break;
    case DW_TAG_rvalue_reference_type:
        put_pointer(spaces, out, die, "&&", depth);
        break;
    case DW_TAG_const_type:
        put_target(spaces, out, die, depth);
        fputs(" const", out);
        break;
    case DW_TAG_volatile_type:
        put_target(spaces, out, die, depth);
        fputs(" volatile", out);
        break;
    case DW_TAG_restrict_type:
    case DW_TAG_typedef:
        put_target(spaces, out, die, depth);
        break;
    case DW_TAG_array_type:
        put_target(spaces, out, die, depth);
        fputs("[]", out);
        break;
    case DW_TAG_base_type:
    case DW_TAG_unspecified_type:
        fputs(name ? base_name(name) : "?", out);
        break;
    default:
        put_scope(spaces, out, dwarf_spaces_find(spaces, die), 0);
        if (name && *name != '<') {
            fputs(name, out);
            break;
        }
        put_unnamed(spaces, out, die, depth);
        break;
    }
}

/* --- lambdas --- */

/* The function that a type without a name has for being called; false: it is no lambda. */
static bool call_of(const struct dwarf_spaces *spaces, const Dwarf_Die *type, Dwarf_Die *call)
{
    Dwarf_Die copy = *type;
    if (dwarf_child(&copy, call) != 0)
        return false;
    do {
        const char *name = dwarf_tag(call) == DW_TAG_subprogram ? dwarf_diename(call) : NULL;
        if (name && strncmp(name, "operator()", 10) == 0)
            return true;
    } while (dwarf_step(spaces->steps) && dwarf_siblingof(call, call) == 0);
    return false;
}

static char *parameters_of(const struct dwarf_spaces *spaces, Dwarf_Die *function)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    put_parameters(spaces, out, function, 0);
    fclose(out);
    return text;
}

static uint32_t around(const struct dwarf_spaces *spaces, uint32_t space)
{
    do
        space = spaces->items[space].parent;
    while (space != 0 && dwarf_tag(&spaces->items[space].die) == DW_TAG_lexical_block);
    return space;
}

/* Where a declaration stands in its file. */
static uint64_t position_of(Dwarf_Die *die)
{
    int line = 0, column = 0;
    dwarf_decl_line(die, &line);
    dwarf_decl_column(die, &column);
    return (uint64_t)(uint32_t)line << 32 | (uint32_t)column;
}

/* The parameters of a lambda, or "" for another type without a name; NULL: it has a name.  The
 * caller frees it. */
static char *kind_of(const struct dwarf_spaces *spaces, uint32_t space)
{
    Dwarf_Die die = spaces->items[space].die, call;
    const char *name = dwarf_diename(&die);
    int tag = dwarf_tag(&die);
    if (tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block || tag == DW_TAG_namespace ||
        (name && *name != '<'))
        return NULL;
    return call_of(spaces, &die, &call) ? parameters_of(spaces, &call) : strdup("");
}

/* As mangled names number them: {lambda(int)#2} is the second one with an int in the function
 * around it, in the order of the source. */
static void put_local_type(const struct dwarf_spaces *spaces, FILE *out, uint32_t space,
                           unsigned depth)
{
    uint32_t parent = around(spaces, space), before = 1;
    Dwarf_Die die = spaces->items[space].die;
    uint64_t position = position_of(&die);
    char *kind = depth < DEPTH_MAX ? kind_of(spaces, space) : NULL;
    for (uint32_t i = 1; kind && i < spaces->count && has_room(spaces, out); i++) {
        if (i == space || around(spaces, i) != parent)
            continue;
        char *other = kind_of(spaces, i);
        Dwarf_Die other_die = spaces->items[i].die;
        if (other && strcmp(kind, other) == 0 && position_of(&other_die) < position)
            before++;
        free(other);
    }
    if (kind && *kind)
        fprintf(out, "{lambda%s#%u}", kind, before);
    else
        fprintf(out, "{unnamed type#%u}", before);
    free(kind);
}

/* --- functions --- */

/* Whether the unit tells parameters: with -g1 there are only names and lines. */
static bool tells_parameters(Dwarf_Die *unit, Dwarf_Die *function)
{
    Dwarf_Attribute attribute;
    const char *producer = dwarf_formstring(dwarf_attr(unit, DW_AT_producer, &attribute));
    return !(producer && strstr(producer, " -g1")) && dwarf_hasattr(function, DW_AT_decl_line);
}

/* Whether a function of a class leaves its object as it is. */
static bool is_const(Dwarf_Die *function)
{
    Dwarf_Die child, type, target;
    if (dwarf_child(function, &child) != 0)
        return false;
    do
        if (dwarf_tag(&child) == DW_TAG_formal_parameter) {
            if (!dwarf_hasattr_integrate(&child, DW_AT_artificial) || !type_of(&child, &type))
                return false;
            for (int hops = 0; hops < HOPS_MAX && dwarf_tag(&type) == DW_TAG_const_type; hops++)
                if (!type_of(&type, &type))
                    return false;
            return dwarf_tag(&type) == DW_TAG_pointer_type && type_of(&type, &target) &&
                   dwarf_tag(&target) == DW_TAG_const_type;
        }
    while (dwarf_siblingof(&child, &child) == 0);
    return false;
}

/* A function around a local class: by its symbol if it has one that is mangled. */
static void put_function(const struct dwarf_spaces *spaces, FILE *out, Dwarf_Die *function,
                         unsigned depth)
{
    Dwarf_Attribute attribute;
    Dwarf_Die die = *function;
    dwarf_language_declaration(&die);
    const char *name = dwarf_diename(&die);
    const char *symbol =
        dwarf_formstring(dwarf_attr_integrate(function, DW_AT_linkage_name, &attribute));
    char *demangled = symbol ? demangle(symbol) : NULL;
    if (demangled) {
        fputs(demangled, out);
    } else if (symbol || dwarf_hasattr(&die, DW_AT_external)) { /* main, extern "C" */
        fputs(name ? name : "?", out);
    } else {
        put_scope(spaces, out, dwarf_spaces_find(spaces, &die), depth + 1);
        fputs(name ? name : "?", out);
        put_parameters(spaces, out, &die, depth < DEPTH_MAX ? depth : DEPTH_MAX);
        if (is_const(&die))
            fputs(" const", out);
    }
    free(demangled);
}

/* The function and what is around it, as in Fortran's modules and procedures in procedures. */
static void put_path(const struct dwarf_spaces *spaces, FILE *out, uint32_t space, unsigned depth)
{
    if (space == 0 || depth > DWARF_SPACES_DEPTH_MAX || !has_room(spaces, out))
        return;
    Dwarf_Die die = spaces->items[space].die;
    put_path(spaces, out, spaces->items[space].parent, depth + 1);
    dwarf_language_declaration(&die);
    const char *name = dwarf_diename(&die);
    if (name && dwarf_tag(&die) != DW_TAG_lexical_block)
        fprintf(out, "%s::", name);
}

/* With -g1 the debug information has neither types nor what is around a lambda: all that tells one
 * from another is which of the unit's it is. */
static void put_numbered(const struct dwarf_spaces *spaces, FILE *out, Dwarf_Die *unit,
                         Dwarf_Die *function)
{
    const char *path = dwarf_diename(unit), *slash = path ? strrchr(path, '/') : NULL;
    uint32_t number = 1;
    for (uint32_t i = 1; i < spaces->count && dwarf_step(spaces->steps); i++) {
        Dwarf_Die die = spaces->items[i].die;
        const char *name = dwarf_tag(&die) == DW_TAG_subprogram && spaces->items[i].parent == 0 &&
                                   !dwarf_hasattr(&die, DW_AT_abstract_origin)
                               ? dwarf_diename(&die)
                               : NULL;
        number += name && strncmp(name, "operator()", 10) == 0 &&
                  dwarf_dieoffset(&die) < dwarf_dieoffset(function);
    }
    fprintf(out, "operator()#%u of %s", number, slash ? slash + 1 : path ? path : "?");
}

static bool is_call_of_unknown(const struct dwarf_spaces *spaces, Dwarf_Die *function)
{
    const char *name = dwarf_diename(function);
    return strncmp(name, "operator()", 10) == 0 && dwarf_spaces_find(spaces, function) == 0;
}

static bool put_cxx(const struct dwarf_spaces *spaces, FILE *out, Dwarf_Die *unit, Dwarf_Die *die)
{
    bool is_artificial = dwarf_hasattr(die, DW_AT_artificial); /* a lambda's, without a line */
    if (dwarf_hasattr(die, DW_AT_external))                    /* extern "C", main */
        return false;
    if (is_call_of_unknown(spaces, die)) {
        put_numbered(spaces, out, unit, die);
        return true;
    }
    if (!is_artificial && !tells_parameters(unit, die))
        return false;
    put_function(spaces, out, die, 0);
    return true;
}

char *dwarf_names_format(struct dwarf_spaces *spaces, const Dwarf_Die *function)
{
    Dwarf_Die die = *function, unit;
    char *text = NULL;
    size_t length;
    dwarf_language_declaration(&die);
    const char *name = dwarf_diename(&die);
    enum dwarf_language language = dwarf_language_of(&die);
    if (language == DWARF_LANGUAGE_ADA)
        return name ? demangle_ada(name) : NULL;
    if (!name || language == DWARF_LANGUAGE_OTHER || !dwarf_diecu(&die, &unit, NULL, NULL))
        return NULL;
    dwarf_spaces_read(spaces, &unit);
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    bool is_put = true;
    if (language == DWARF_LANGUAGE_CXX) {
        is_put = put_cxx(spaces, out, &unit, &die);
    } else {
        put_path(spaces, out, dwarf_spaces_find(spaces, &die), 0);
        fputs(name, out);
    }
    if (fclose(out) != 0 || length > BYTES_MAX || !is_put) {
        free(text);
        return NULL;
    }
    return text;
}
