/* SPDX-License-Identifier: Apache-2.0
 *
 * Profiles come from strangers, who could name any file in them, and a report is sent to others: so
 * only what is called like a source file is looked for.
 */
#include "tools/report/sources.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/budget.h"
#include "collector/base/clean.h"
#include "collector/base/path.h"
#include "tools/top/source.h"

#define LINES_AROUND 5u
#define FRAMES_TRIED 64 /* of a stack, from the allocation outwards */

enum file_state { FILE_UNTRIED, FILE_THERE, FILE_NOT };

struct source_file {
    enum file_state state;
    struct source source;
    bool *is_wanted; /* by line, from 0 on; NULL: none is */
};

struct finding {
    const struct report_tree *tree;
    const struct sources_options *options;
    struct report_sources *sources;
    uint64_t not_after_ns;
    struct source_file *files; /* by string */
    double *weights;           /* by place */
    double *totals;            /* by view and type */
    size_t bytes_left;
};

static bool is_source_name(const char *path)
{
    static const char *const endings[] = {
        "c",   "cc",  "cpp",   "cxx", "c++", "h",   "hh",    "hpp", "hxx", "h++",  "ipp", "inl",
        "tcc", "m",   "mm",    "rs",  "go",  "d",   "f",     "f90", "f95", "f03",  "f08", "for",
        "adb", "ads", "swift", "zig", "nim", "v",   "cr",    "hs",  "ml",  "mli",  "pas", "s",
        "S",   "asm", "y",     "l",   "js",  "mjs", "ts",    "py",  "rb",  "java", "kt",  "cu",
        "cl",  "jl",  "lua",   "pl",  "C",   "H",   "scala", "cs",  "erl", "ex"};
    const char *base = path_base(path), *dot = strrchr(base, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot + 1, endings[i]) == 0)
            return true;
    /* The headers of C++'s library have no ending. */
    return !dot && strstr(path, "/include/c++/") != NULL;
}

/* The name to look for; NULL: no memory. */
static char *map_name(const struct sources_options *options, const char *file)
{
    char *name;
    for (size_t i = 0; i < options->map_count; i++) {
        const struct source_map *map = &options->maps[i];
        if (strncmp(file, map->from, map->length) != 0)
            continue;
        return asprintf(&name, "%s%s", map->to, file + map->length) < 0 ? NULL : name;
    }
    return strdup(file);
}

static bool try_file(struct finding *finding, uint32_t string, struct source_file *file)
{
    const char *name = profile_string(finding->tree->names, string);
    file->state = FILE_NOT;
    if (!*name || !is_source_name(name))
        return true;
    char *mapped = map_name(finding->options, name);
    if (!mapped)
        return false;
    struct error *error = source_read(&file->source, mapped, finding->options->directories);
    free(mapped);
    if (error) {
        source_deinit(&file->source);
        error_destroy(error);
        finding->sources->missing++;
        return true;
    }
    if (file->source.modified_ns > finding->not_after_ns) {
        source_deinit(&file->source);
        if (finding->sources->younger++ == 0)
            finding->sources->younger_name = strdup(name);
        return true;
    }
    file->state = FILE_THERE;
    return true;
}

/* The largest share that a site has of any value. */
static double weigh_site(const struct finding *finding, uint32_t site)
{
    const struct report_tree *tree = finding->tree;
    const int64_t *values = report_tree_values(tree, site, 0);
    double most = 0;
    for (uint32_t i = 0; i < tree->views * tree->types; i++)
        if (finding->totals[i] > 0)
            most = fmax(most, fabs((double)values[i]) / finding->totals[i]);
    return most;
}

/* The innermost line of a site's stack whose file is there. */
static bool note_site(struct finding *finding, uint32_t site)
{
    const struct report_tree *tree = finding->tree;
    uint32_t node = tree->sites.items[site].first;
    for (int tried = 0; node && tried < FRAMES_TRIED; tried++) {
        const struct pair *at = &tree->nodes.items[node];
        uint32_t place = tree->frames.items[at->second].second;
        uint32_t string = tree->places.items[place].first;
        uint32_t line = tree->places.items[place].second;
        struct source_file *file = &finding->files[string];
        if (line && file->state == FILE_UNTRIED && !try_file(finding, string, file))
            return false;
        if (line && file->state == FILE_THERE && line <= file->source.count) {
            finding->weights[place] += weigh_site(finding, site);
            return true;
        }
        node = at->first;
    }
    return true;
}

/* ---- which lines ---- */

struct weighted {
    double weight;
    uint32_t place;
};

static int compare_weights(const void *left, const void *right)
{
    const struct weighted *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

/* The lines around a place, unless there is no room for them. */
static bool want_lines(struct finding *finding, uint32_t place)
{
    uint32_t line = finding->tree->places.items[place].second - 1;
    struct source_file *file = &finding->files[finding->tree->places.items[place].first];
    uint32_t from = line > LINES_AROUND ? line - LINES_AROUND : 0;
    size_t needed = 0;
    if (!file->is_wanted &&
        !(file->is_wanted = calloc(file->source.count + 1, sizeof *file->is_wanted)))
        return false;
    for (uint32_t i = from; i <= line + LINES_AROUND && i < file->source.count; i++)
        if (!file->is_wanted[i])
            needed += strlen(file->source.lines[i]) + 1;
    if (needed > finding->bytes_left) {
        finding->sources->is_cut = true;
        return true;
    }
    finding->bytes_left -= needed;
    for (uint32_t i = from; i <= line + LINES_AROUND && i < file->source.count; i++)
        file->is_wanted[i] = true;
    return true;
}

static bool choose_lines(struct finding *finding)
{
    uint32_t count = finding->tree->places.count, kept = 0;
    struct weighted *order = malloc(((size_t)count + 1) * sizeof *order);
    bool has_memory = order != NULL;
    for (uint32_t i = 1; i < count && has_memory; i++)
        if (finding->weights[i] > 0)
            order[kept++] = (struct weighted){finding->weights[i], i};
    if (kept)
        qsort(order, kept, sizeof *order, compare_weights);
    for (uint32_t i = 0; i < kept && has_memory; i++)
        has_memory = want_lines(finding, order[i].place);
    free(order);
    return has_memory;
}

/* ---- blocks ---- */

static bool add_block(struct report_sources *sources, uint32_t string, struct source_file *file,
                      uint32_t first, uint32_t count)
{
    size_t bytes = 1;
    for (uint32_t i = 0; i < count; i++)
        bytes += strlen(file->source.lines[first + i]) + 1;
    if (sources->blocks.count == sources->blocks.capacity) {
        uint32_t wanted = sources->blocks.capacity ? sources->blocks.capacity * 2 : 16;
        struct source_block *moved = realloc(sources->blocks.items, wanted * sizeof *moved);
        if (!moved)
            return false;
        sources->blocks.items = moved;
        sources->blocks.capacity = wanted;
    }
    char *text = malloc(bytes), *to = text;
    if (!text)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        char *line = file->source.lines[first + i];
        for (char *tab = line; (tab = strchr(tab, '\t')); tab++)
            *tab = ' '; /* clean_text() takes it for a control character */
        to = stpcpy(stpcpy(to, clean_text(line)), "\n");
    }
    *to = '\0';
    sources->blocks.items[sources->blocks.count++] =
        (struct source_block){string, first + 1, count, text};
    return true;
}

static bool make_blocks(struct finding *finding)
{
    for (uint32_t i = 0; i < finding->tree->names->strings.count; i++) {
        struct source_file *file = &finding->files[i];
        uint32_t first = 0;
        if (!file->is_wanted)
            continue;
        finding->sources->shown++;
        for (uint32_t line = 0; line <= file->source.count; line++) {
            bool is_wanted = line < file->source.count && file->is_wanted[line];
            if (is_wanted)
                continue;
            if (line > first && !add_block(finding->sources, i, file, first, line - first))
                return false;
            first = line + 1;
        }
    }
    return true;
}

static void add_totals(struct finding *finding)
{
    const struct report_tree *tree = finding->tree;
    for (uint32_t site = 1; site < tree->sites.count; site++)
        for (uint32_t i = 0; i < tree->views * tree->types; i++)
            finding->totals[i] += fabs((double)report_tree_values(tree, site, 0)[i]);
}

bool report_sources_read(struct report_sources *sources, const struct report_tree *tree,
                         const struct sources_options *options, uint64_t not_after_ns)
{
    *sources = (struct report_sources){.shown = 0};
    if (options->is_off)
        return true;
    uint32_t files = tree->names->strings.count;
    struct finding finding = {.tree = tree,
                              .options = options,
                              .sources = sources,
                              .not_after_ns = not_after_ns,
                              .bytes_left = SOURCES_BYTES_MOST};
    finding.files = calloc((size_t)files + 1, sizeof *finding.files);
    finding.weights = calloc((size_t)tree->places.count + 1, sizeof *finding.weights);
    finding.totals = calloc((size_t)tree->views * tree->types + 1, sizeof *finding.totals);
    bool has_memory = finding.files && finding.weights && finding.totals;
    if (has_memory)
        add_totals(&finding);
    for (uint32_t i = 1; i < tree->sites.count && has_memory; i++)
        has_memory = note_site(&finding, i) && (i % 4096 != 0 || !budget_is_over());
    has_memory = has_memory && choose_lines(&finding) && make_blocks(&finding);
    for (uint32_t i = 0; i < files && finding.files; i++) {
        source_deinit(&finding.files[i].source);
        free(finding.files[i].is_wanted);
    }
    free(finding.files);
    free(finding.weights);
    free(finding.totals);
    return has_memory;
}

void report_sources_deinit(struct report_sources *sources)
{
    for (uint32_t i = 0; i < sources->blocks.count; i++)
        free(sources->blocks.items[i].text);
    free(sources->blocks.items);
    free(sources->younger_name);
}
