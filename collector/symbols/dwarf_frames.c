/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses are grouped by unit, and each unit is read once.  libdw keeps what it
 * read until its handle ends; so the handle is renewed after some lines, and a
 * profile with addresses all over a large file stays small.
 */
#include "collector/symbols/dwarf_frames.h"
#include "collector/symbols/demangle.h"
#include "collector/symbols/dwarf_code.h"
#include "collector/symbols/dwarf_handle.h"
#include "collector/symbols/dwarf_language.h"
#include "collector/symbols/dwarf_names.h"
#include "collector/symbols/dwarf_scopes.h"
#include "collector/symbols/dwarf_units.h"

#include <ctype.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_KEPT_MAX 150000 /* rows of line tables until the handle is renewed */

struct frames_reader {
    struct dwarf_handle handle;
    const struct dwarf_sink *sink;
    struct dwarf_steps steps;
    struct dwarf_code code;
    const uint64_t *addresses, *starts;
    size_t lines_kept;
    struct dwarf_scopes scopes;
    struct dwarf_spaces spaces;
    struct dwarf_frame frames[DWARF_FRAMES_MAX];
    char *files[DWARF_FRAMES_MAX]; /* made absolute for frames[] */
    char *made_names[DWARF_FRAMES_MAX], *symbols[DWARF_FRAMES_MAX];
};

static void close_dwarf(struct frames_reader *reader)
{
    dwarf_spaces_deinit(&reader->spaces);
    dwarf_handle_close(&reader->handle);
}

static bool open_dwarf(struct frames_reader *reader)
{
    if (!reader->handle.dwarf)
        reader->lines_kept = 0;
    return dwarf_handle_open(&reader->handle);
}

/* --- one address --- */

static const char *string_attribute(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    return dwarf_formstring(dwarf_attr_integrate(die, name, &attribute));
}

static int64_t number_attribute(Dwarf_Die *die, unsigned name, bool of_origin)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    Dwarf_Attribute *found =
        of_origin ? dwarf_attr_integrate(die, name, &attribute) : dwarf_attr(die, name, &attribute);
    return dwarf_formudata(found, &value) == 0 && value <= INT32_MAX ? (int64_t)value : 0;
}

/* The linkage name of a function in Fortran or Ada, without the number that tells apart what is
 * local: sorted.1.  Kept in symbols[i] if it had to be cut. */
static const char *unnumbered(struct frames_reader *reader, uint32_t i, const char *symbol)
{
    size_t length = strlen(symbol), digits = 0;
    while (digits < length && isdigit((unsigned char)symbol[length - digits - 1]))
        digits++;
    if (digits == 0 || digits + 2 > length || symbol[length - digits - 1] != '.')
        return symbol;
    reader->symbols[i] = strndup(symbol, length - digits - 1);
    return reader->symbols[i];
}

static void name_frame(struct frames_reader *reader, uint32_t i, Dwarf_Die *die)
{
    struct dwarf_frame *frame = &reader->frames[i];
    Dwarf_Die declaration = *die;
    const char *symbol = string_attribute(die, DW_AT_linkage_name);
    if (!symbol)
        symbol = string_attribute(die, DW_AT_MIPS_linkage_name);
    frame->is_mangled = symbol && demangle_may(symbol);
    if (frame->is_mangled) {
        frame->symbol = symbol;
    } else {
        dwarf_language_declaration(&declaration);
        enum dwarf_language language = dwarf_language_of(&declaration);
        /* Of a C function it is what an asm label made of it: __GI__IO_puts. */
        if (symbol && (language == DWARF_LANGUAGE_FORTRAN || language == DWARF_LANGUAGE_ADA))
            frame->symbol = unnumbered(reader, i, symbol);
        if (!frame->symbol)
            frame->symbol = dwarf_diename(die);
        frame->name = reader->made_names[i] = dwarf_names_format(&reader->spaces, die);
    }
    frame->start_line = number_attribute(die, DW_AT_decl_line, true);
}

/* An absolute path, kept in files[i] if it had to be made. */
static const char *absolute(struct frames_reader *reader, uint32_t i, Dwarf_Die *unit,
                            const char *file)
{
    if (!file)
        return "";
    if (*file == '/')
        return file;
    const char *directory = string_attribute(unit, DW_AT_comp_dir);
    if (directory && strcmp(directory, "/") == 0)
        directory = "";
    if (!directory || asprintf(&reader->files[i], "%s/%s", directory, file) < 0) {
        reader->files[i] = NULL;
        return file;
    }
    return reader->files[i];
}

/* Where an inlined function was called: the line of the frame around it. */
static void place_call(struct frames_reader *reader, uint32_t i, Dwarf_Die *unit, Dwarf_Die *call)
{
    Dwarf_Files *files;
    size_t count;
    int64_t file = number_attribute(call, DW_AT_call_file, false);
    reader->frames[i].line = number_attribute(call, DW_AT_call_line, false);
    reader->frames[i].file = "";
    if (dwarf_getsrcfiles(unit, &files, &count) == 0 && (size_t)file < count)
        reader->frames[i].file =
            absolute(reader, i, unit, dwarf_filesrc(files, (size_t)file, NULL, NULL));
}

static void find_frames(struct frames_reader *reader, Dwarf_Die *unit, Dwarf_Die *tree,
                        uint32_t index)
{
    struct dwarf_frame *frames = reader->frames;
    int line_number = 0;
    Dwarf_Line *line = dwarf_getsrc_die(unit, reader->addresses[index]);
    frames[0] = (struct dwarf_frame){.file = ""};
    if (line) {
        dwarf_lineno(line, &line_number);
        frames[0].line = line_number;
        frames[0].file = absolute(reader, 0, unit, dwarf_linesrc(line, NULL, NULL));
    }
    uint32_t count = 0;
    for (uint32_t at = reader->scopes.innermost[index];
         at != 0 && count < DWARF_FRAMES_MAX && dwarf_step(&reader->steps);) {
        struct dwarf_scope *scope = &reader->scopes.items[at];
        if (count > 0) {
            frames[count] = (struct dwarf_frame){.file = ""};
            place_call(reader, count, tree, &reader->scopes.items[frames[count - 1].entry].die);
        }
        name_frame(reader, count, &scope->die);
        frames[count].entry = at; /* the scope, until the frames are complete */
        at = scope->parent;
        count++;
    }
    if (count > 0) {
        uint32_t outermost = (uint32_t)frames[count - 1].entry;
        frames[count - 1].entry = dwarf_units_entry(&reader->scopes.items[outermost].die);
    } else if (line) {
        count = 1; /* a line without a function: hand-written assembly */
    }
    if (count > 0)
        reader->sink->frames(reader->sink->context, index, frames, count);
    for (uint32_t i = 0; i < count; i++) {
        free(reader->files[i]);
        free(reader->made_names[i]);
        free(reader->symbols[i]);
        reader->files[i] = reader->made_names[i] = reader->symbols[i] = NULL;
    }
}

/* --- one unit --- */

static void find_in_unit(struct frames_reader *reader, Dwarf_Off offset, const uint32_t *members,
                         uint32_t count)
{
    Dwarf_Die unit, split, *tree = dwarf_handle_unit(&reader->handle, offset, &unit, &split);
    if (!tree)
        return;
    dwarf_code_move_lines(&reader->code, reader->handle.image, &unit, &reader->steps);
    dwarf_scopes_read(&reader->scopes, offset, tree, members, count);
    for (uint32_t i = 0; i < count && !reader->steps.is_over; i++)
        find_frames(reader, &unit, tree, members[i]);
    Dwarf_Lines *lines;
    size_t line_count;
    if (dwarf_getsrclines(&unit, &lines, &line_count) == 0)
        reader->lines_kept += line_count;
    reader->lines_kept += count;
}

static bool find_all(struct frames_reader *reader, Dwarf_Off *units, uint32_t count)
{
    uint32_t *order, total;
    dwarf_units_find(reader->handle.dwarf, &reader->code, reader->addresses, count, units,
                     &reader->steps);
    reader->scopes = (struct dwarf_scopes){.addresses = reader->addresses,
                                           .units = units,
                                           .starts = reader->starts,
                                           .count = count,
                                           .code = &reader->code,
                                           .steps = &reader->steps};
    if (!dwarf_units_order(units, count, &order, &total) || !dwarf_scopes_init(&reader->scopes)) {
        free(order);
        return false;
    }
    for (uint32_t first = 0, next; first < total; first = next) {
        for (next = first + 1; next < total && units[order[next]] == units[order[first]];)
            next++;
        if (reader->lines_kept > LINES_KEPT_MAX)
            close_dwarf(reader);
        if (!reader->sink->go_on(reader->sink->context) || !open_dwarf(reader))
            break;
        find_in_unit(reader, units[order[first]], order + first, next - first);
    }
    bool has_memory = !reader->scopes.no_memory;
    dwarf_scopes_deinit(&reader->scopes);
    free(order);
    return has_memory;
}

bool dwarf_frames_find(const struct image *image, struct debug_source *source,
                       const uint64_t *addresses, const uint64_t *starts, uint32_t count,
                       const struct dwarf_sink *sink)
{
    struct frames_reader *reader = calloc(1, sizeof(*reader));
    Dwarf_Off *units = calloc((size_t)count + 1, sizeof(*units));
    bool has_memory = reader && units && dwarf_code_init(&reader->code, image);
    if (has_memory) {
        reader->handle = (struct dwarf_handle){.image = image, .source = source};
        reader->sink = sink;
        reader->steps = (struct dwarf_steps){.go_on = sink->go_on, .context = sink->context};
        reader->spaces.steps = &reader->steps;
        reader->addresses = addresses;
        reader->starts = starts;
        if (sink->go_on(sink->context) && open_dwarf(reader))
            has_memory = find_all(reader, units, count);
        dwarf_spaces_deinit(&reader->spaces);
        dwarf_handle_deinit(&reader->handle);
    }
    if (reader)
        dwarf_code_deinit(&reader->code);
    free(units);
    free(reader);
    return has_memory;
}
