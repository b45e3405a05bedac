/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions are found as those of frames are; then the blocks of each are walked once for all
 * addresses in it.
 */
#include "collector/symbols/dwarf_calls.h"
#include "collector/symbols/dwarf_code.h"
#include "collector/symbols/dwarf_handle.h"
#include "collector/symbols/dwarf_scopes.h"
#include "collector/symbols/dwarf_units.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 4096
#define CALLS_MAX 256 /* tail calls of a function: with more of them it counts as unknown */

struct calls_reader {
    struct dwarf_handle handle;
    struct dwarf_calls *calls;
    const uint64_t *addresses;
    uint32_t count;
    struct dwarf_code code;
    struct dwarf_scopes scopes;
    struct dwarf_steps steps;
    bool is_cut; /* the walk of the function at hand */
    bool no_memory;
};

/* An array with room for one more; NULL: no memory. */
static void *with_room(void *items, uint32_t count, uint32_t *capacity, size_t bytes)
{
    if (count < *capacity)
        return items;
    uint32_t larger = count ? count * 2 : 64;
    void *moved = realloc(items, larger * bytes);
    if (moved)
        *capacity = larger;
    return moved;
}

static bool has_flag(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    bool flag;
    return dwarf_formflag(dwarf_attr(die, name, &attribute), &flag) == 0 && flag;
}

static uint64_t address_attribute(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    Dwarf_Addr address;
    return dwarf_formaddr(dwarf_attr(die, name, &attribute), &address) == 0 ? address : 0;
}

static bool has_all_tail_calls(Dwarf_Die *function)
{
    return has_flag(function, DW_AT_call_all_calls) ||
           has_flag(function, DW_AT_call_all_source_calls) ||
           has_flag(function, DW_AT_call_all_tail_calls) ||
           has_flag(function, DW_AT_GNU_all_call_sites) ||
           has_flag(function, DW_AT_GNU_all_source_call_sites) ||
           has_flag(function, DW_AT_GNU_all_tail_call_sites);
}

/* What the function that is called is for the linker; NULL: it is local, or has no name. */
static char *symbol_of(struct calls_reader *reader, Dwarf_Die *function)
{
    static const unsigned names[] = {DW_AT_linkage_name, DW_AT_MIPS_linkage_name, DW_AT_name};
    Dwarf_Attribute attribute;
    if (!dwarf_hasattr_integrate(function, DW_AT_external))
        return NULL;
    const char *name = NULL;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !name; i++)
        name = dwarf_formstring(dwarf_attr_integrate(function, names[i], &attribute));
    char *copy = name ? strdup(name) : NULL;
    reader->no_memory |= name && !copy;
    return copy;
}

static bool is_wanted(const struct calls_reader *reader, uint64_t address)
{
    uint32_t i = dwarf_units_lower_bound(reader->addresses, reader->count, address);
    return i < reader->count && reader->addresses[i] == address;
}

static void add_call(struct calls_reader *reader, Dwarf_Die *die, struct dwarf_function *function)
{
    bool is_gnu = dwarf_tag(die) == DW_TAG_GNU_call_site;
    Dwarf_Attribute attribute;
    Dwarf_Die called;
    struct dwarf_calls *calls = reader->calls;
    struct dwarf_call call = {
        .start = is_gnu ? 0 : address_attribute(die, DW_AT_call_pc),
        .end = address_attribute(die, is_gnu ? DW_AT_low_pc : DW_AT_call_return_pc),
        .is_tail = has_flag(die, is_gnu ? DW_AT_GNU_tail_call : DW_AT_call_tail_call),
    };
    if (!call.is_tail && !is_wanted(reader, call.end - 1))
        return;
    if (function->call_count == CALLS_MAX) {
        reader->is_cut |= call.is_tail;
        return;
    }
    Dwarf_Attribute *origin =
        dwarf_attr(die, is_gnu ? DW_AT_abstract_origin : DW_AT_call_origin, &attribute);
    call.is_direct =
        origin && !dwarf_hasattr(die, is_gnu ? DW_AT_GNU_call_site_target : DW_AT_call_target);
    struct dwarf_call *moved =
        with_room(calls->calls, calls->call_count, &calls->call_capacity, sizeof(*moved));
    if (!moved) {
        reader->no_memory = true;
        return;
    }
    calls->calls = moved;
    if (call.is_direct && dwarf_formref_die(origin, &called))
        call.symbol = symbol_of(reader, &called);
    calls->calls[calls->call_count++] = call;
    function->call_count++;
}

static void walk(struct calls_reader *reader, Dwarf_Die *parent, struct dwarf_function *function,
                 unsigned depth)
{
    Dwarf_Die die;
    reader->is_cut |= depth > DEPTH_MAX;
    if (depth > DEPTH_MAX || dwarf_child(parent, &die) != 0)
        return;
    int next;
    do {
        switch (dwarf_tag(&die)) {
        case DW_TAG_call_site:
        case DW_TAG_GNU_call_site:
            add_call(reader, &die, function);
            break;
        case DW_TAG_inlined_subroutine:
        case DW_TAG_lexical_block:
        case DW_TAG_try_block:
        case DW_TAG_catch_block:
            walk(reader, &die, function, depth + 1);
            break;
        default:
            break;
        }
        next = dwarf_step(&reader->steps) && !reader->no_memory ? dwarf_siblingof(&die, &die) : -1;
    } while (next == 0);
    reader->is_cut |= next < 0;
}

/* The number of a function whose calls were read; UINT32_MAX: no memory. */
static uint32_t add_function(struct calls_reader *reader, Dwarf_Die *die)
{
    struct dwarf_calls *calls = reader->calls;
    struct dwarf_function function = {.entry = dwarf_units_entry(die),
                                      .call_first = calls->call_count};
    struct dwarf_function *moved = with_room(calls->functions, calls->function_count,
                                             &calls->function_capacity, sizeof(*moved));
    if (!moved) {
        reader->no_memory = true;
        return UINT32_MAX;
    }
    calls->functions = moved;
    reader->is_cut = false;
    walk(reader, die, &function, 0);
    function.is_complete = !reader->is_cut && has_all_tail_calls(die);
    calls->functions[calls->function_count] = function;
    return calls->function_count++;
}

static void read_unit(struct calls_reader *reader, Dwarf_Off offset, const uint32_t *members,
                      uint32_t count)
{
    Dwarf_Die unit, split, *tree = dwarf_handle_unit(&reader->handle, offset, &unit, &split);
    if (!tree)
        return;
    dwarf_scopes_read(&reader->scopes, offset, tree, members, count);
    uint32_t known_scope = 0, known = UINT32_MAX;
    for (uint32_t i = 0; i < count && !reader->steps.is_over && !reader->no_memory; i++) {
        uint32_t scope = reader->scopes.innermost[members[i]];
        while (scope != 0 && reader->scopes.items[scope].parent != 0)
            scope = reader->scopes.items[scope].parent;
        if (scope != 0 && scope != known_scope)
            known = add_function(reader, &reader->scopes.items[scope].die);
        known_scope = scope;
        reader->calls->function_of[members[i]] = scope != 0 ? known : UINT32_MAX;
    }
}

static bool read_all(struct calls_reader *reader, Dwarf_Off *units, const struct dwarf_sink *sink)
{
    uint32_t *order = NULL, total = 0;
    dwarf_units_find(reader->handle.dwarf, &reader->code, reader->addresses, reader->count, units,
                     &reader->steps);
    bool has_memory = dwarf_units_order(units, reader->count, &order, &total) &&
                      dwarf_scopes_init(&reader->scopes);
    for (uint32_t first = 0, next; has_memory && first < total; first = next) {
        for (next = first + 1; next < total && units[order[next]] == units[order[first]];)
            next++;
        if (!sink->go_on(sink->context))
            break;
        read_unit(reader, units[order[first]], order + first, next - first);
    }
    has_memory = has_memory && !reader->scopes.no_memory && !reader->no_memory;
    dwarf_scopes_deinit(&reader->scopes);
    free(order);
    return has_memory;
}

bool dwarf_calls_find(struct dwarf_calls *calls, const struct image *image,
                      struct debug_source *source, const uint64_t *addresses,
                      const uint64_t *starts, uint32_t count, const struct dwarf_sink *sink)
{
    Dwarf_Off *units = calloc((size_t)count + 1, sizeof(*units));
    struct calls_reader reader = {
        .handle = {.image = image, .source = source},
        .calls = calls,
        .addresses = addresses,
        .count = count,
        .steps = {.go_on = sink->go_on, .context = sink->context},
    };
    *calls = (struct dwarf_calls){.function_of =
                                      malloc(((size_t)count + 1) * sizeof(*calls->function_of))};
    bool has_memory = units && calls->function_of && dwarf_code_init(&reader.code, image);
    for (uint32_t i = 0; calls->function_of && i < count; i++)
        calls->function_of[i] = UINT32_MAX;
    if (has_memory && sink->go_on(sink->context) && dwarf_handle_open(&reader.handle)) {
        reader.scopes = (struct dwarf_scopes){.addresses = addresses,
                                              .units = units,
                                              .starts = starts,
                                              .count = count,
                                              .code = &reader.code,
                                              .steps = &reader.steps};
        has_memory = read_all(&reader, units, sink);
    }
    dwarf_handle_deinit(&reader.handle);
    dwarf_code_deinit(&reader.code);
    free(units);
    return has_memory;
}

void dwarf_calls_deinit(struct dwarf_calls *calls)
{
    for (uint32_t i = 0; i < calls->call_count; i++)
        free(calls->calls[i].symbol);
    free(calls->calls);
    free(calls->functions);
    free(calls->function_of);
}
