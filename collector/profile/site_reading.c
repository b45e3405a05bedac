/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile's stacks as paths of a table.
 */
#include "collector/profile/site_reading.h"

#include "collector/base/budget.h"
#include "collector/base/error.h"
#include "collector/profile/canonical.h"
#include "collector/profile/comment.h"
#include "collector/profile/hash.h"
#include "collector/profile/label.h"
#include "collector/profile/pseudo.h"

#include <stdlib.h>
#include <string.h>

#define CYCLE_MAX  8u    /* functions in a cycle of recursion that is recognised */
#define FRAMES_MAX 4096u /* of a path; what is inside is left out */

struct reading {
    struct site_table *table;
    const struct profile *profile;
    uint32_t *functions; /* by the profile's function and mapping's module: see function_of() */
    uint32_t *modules;   /* by mapping: text */
    struct hash_index known;
    PROFILE_POOL(struct site_known) memo;
    char *scratch;
    size_t scratch_bytes;
    uint32_t frames[FRAMES_MAX];
    int32_t lines[FRAMES_MAX]; /* of the calls in them */
    uint32_t depth;
    uint32_t *nodes; /* leaf first */
    uint32_t node_capacity;
};

/* A function of the profile in a module is a function of the table. */
struct site_known {
    uint32_t function, module, ours;
};

/* A copy of `text` that may be changed, with room for a little more; NULL: no memory. */
static char *scratch_copy(struct reading *reading, const char *text)
{
    size_t bytes = strlen(text) + sizeof(CANONICAL_NO_SYMBOL) + 1;
    if (bytes > reading->scratch_bytes) {
        char *moved = realloc(reading->scratch, bytes * 2);
        if (!moved)
            return NULL;
        reading->scratch = moved;
        reading->scratch_bytes = bytes * 2;
    }
    return strcpy(reading->scratch, text);
}

static uint32_t canonical(struct reading *reading, const char *name)
{
    char *copy = scratch_copy(reading, name);
    if (!copy)
        return UINT32_MAX;
    if (!canonical_nameless(copy, reading->scratch_bytes))
        canonical_function(copy, reading->table->fold_templates);
    return profile_intern_string(reading->table->names, copy);
}

static uint32_t make_function(struct reading *reading, uint32_t index, uint32_t module,
                              int32_t line)
{
    const struct profile *profile = reading->profile;
    const struct profile_function *function = &profile->functions.items[index];
    const char *name = profile_string(profile, function->name);
    const char *file = profile_string(profile, function->file);
    if (!*name)
        name = *file ? file : profile_pseudo_name(PROFILE_UNKNOWN);
    struct site_function made = {
        .name = canonical(reading, name),
        .module = module,
        .shown = profile_intern_string(reading->table->names, name),
        .file = profile_intern_string(reading->table->names, file),
        .line = line,
    };
    if (made.name == UINT32_MAX || made.shown == UINT32_MAX || made.file == UINT32_MAX)
        return UINT32_MAX;
    return site_table_intern_function(reading->table, &made);
}

static uint32_t function_of(struct reading *reading, uint32_t index, uint32_t module, int32_t line)
{
    if (!hash_reserve(&reading->known) || !SITE_TABLE_GROW(&reading->memo))
        return UINT32_MAX;
    uint64_t hash = hash_pair(index, module);
    uint32_t slot = hash_first(&reading->known, hash), known;
    for (; (known = reading->known.slots[slot].record);
         slot = hash_next(&reading->known, slot, hash))
        if (reading->memo.items[known - 1].function == index &&
            reading->memo.items[known - 1].module == module)
            return reading->memo.items[known - 1].ours;
    uint32_t ours = make_function(reading, index, module, line);
    if (ours == UINT32_MAX)
        return ours;
    reading->memo.items[reading->memo.count++] = (struct site_known){index, module, ours};
    hash_set(&reading->known, slot, hash, reading->memo.count);
    return ours;
}

/* Appends a frame; when the innermost frames repeat those before them, once is enough. */
static void push(struct reading *reading, uint32_t function, int32_t line)
{
    if (reading->depth == FRAMES_MAX)
        return;
    uint32_t *frames = reading->frames;
    reading->lines[reading->depth] = line;
    frames[reading->depth++] = function;
    for (uint32_t cycle = 1; cycle <= CYCLE_MAX && 2 * cycle <= reading->depth; cycle++)
        if (memcmp(frames + reading->depth - cycle, frames + reading->depth - 2 * cycle,
                   cycle * sizeof(*frames)) == 0) {
            reading->depth -= cycle;
            return;
        }
}

static bool push_location(struct reading *reading, const struct profile_location *location)
{
    const struct profile *profile = reading->profile;
    uint32_t module = reading->modules[location->mapping];
    if (location->line_count == 0) { /* a profile that nobody has symbolized */
        struct site_function made = {.module = module};
        char *copy = scratch_copy(reading, site_table_text(reading->table, module));
        if (!copy)
            return false;
        strcat(copy, CANONICAL_NO_SYMBOL);
        made.name = made.shown = profile_intern_string(reading->table->names, copy);
        uint32_t function = made.name == UINT32_MAX
                                ? UINT32_MAX
                                : site_table_intern_function(reading->table, &made);
        if (function != UINT32_MAX)
            push(reading, function, 0);
        return function != UINT32_MAX;
    }
    for (uint32_t i = location->line_count; i-- > 0;) {
        const struct profile_line *line = &profile->lines.items[location->line_first + i];
        uint32_t function = function_of(reading, line->function, module, line->line);
        if (function == UINT32_MAX)
            return false;
        push(reading, function, line->line);
    }
    return true;
}

/* Room for the lines of a path. */
static bool reach_lines(struct site_table *table, uint32_t path)
{
    while (table->path_lines.count <= path) {
        if (!SITE_TABLE_GROW(&table->path_lines))
            return false;
        table->path_lines.items[table->path_lines.count++] = (struct site_line){0, 0, -1, -1};
    }
    return true;
}

/* Keeps what has the largest sample of this run so far. */
static void note_line(int32_t *known, float *known_weight, int32_t line, float weight)
{
    if (line > 0 && weight > *known_weight) {
        *known = line;
        *known_weight = weight;
    }
}

/* The path of a stack; UINT32_MAX: no memory. */
static uint32_t path_of(struct reading *reading, uint32_t leaf, float weight)
{
    const struct profile *profile = reading->profile;
    uint32_t depth = 0, path = 0;
    for (uint32_t node = leaf; node; node = profile->nodes.items[node].parent) {
        if (!site_table_grow((void **)&reading->nodes, depth, &reading->node_capacity,
                             sizeof(*reading->nodes)))
            return UINT32_MAX;
        reading->nodes[depth++] = profile->nodes.items[node].location;
    }
    reading->depth = 0;
    while (depth-- > 0)
        if (!push_location(reading, &profile->locations.items[reading->nodes[depth]]))
            return UINT32_MAX;
    struct site_table *table = reading->table;
    for (uint32_t i = 0; i < reading->depth && path != UINT32_MAX; i++) {
        path = profile_intern_node(table->names, path, reading->frames[i]);
        if (path == UINT32_MAX || !reach_lines(table, path))
            return UINT32_MAX;
        struct site_line *known = &table->path_lines.items[path];
        if (i > 0)
            note_line(&known->caller_line, &known->caller_weight, reading->lines[i - 1], weight);
        if (i + 1 == reading->depth)
            note_line(&known->line, &known->weight, reading->lines[i], weight);
    }
    return path;
}

/* What a sample is worth: of which size its objects are decides whether it is an estimate. */
static struct site_sums sums_of(const struct profile *profile, const struct site_run *run,
                                const int *types, uint32_t index)
{
    const struct profile_sample *sample = &profile->samples.items[index];
    const int64_t *given = profile->values.items + (size_t)index * profile->types.count;
    bool is_sampled = run->sampling == SITE_POISSON ||
                      (run->sampling == SITE_STRATIFIED &&
                       (double)profile_sample_bytes(profile, sample) <= run->interval);
    struct site_sums sums = {{0}, {0}, {0}};
    for (int i = 0; i < PROFILE_VALUES; i++) {
        sums.values[i] = (double)given[types[i]];
        sums.sampled[i] = is_sampled ? sums.values[i] : 0;
    }
    for (int i = 0; i < 2;
         i++) { /* marks are bytes / interval, and each stands for objects / marks */
        double objects = sums.sampled[2 * i], bytes = sums.sampled[2 * i + 1];
        sums.squares[i] = bytes > 0 ? objects * objects * run->interval / bytes : 0;
    }
    return sums;
}

static void add_sums(struct site_values *to, const struct site_sums *sums, struct site_sums *total)
{
    for (int i = 0; i < PROFILE_VALUES; i++) {
        to->values[i] += sums->values[i];
        to->sampled[i] += (float)sums->sampled[i];
        total->values[i] += sums->values[i];
        total->sampled[i] += sums->sampled[i];
    }
    for (int i = 0; i < 2; i++) {
        to->squares[i] += (float)sums->squares[i];
        total->squares[i] += sums->squares[i];
    }
}

static bool add_samples(struct reading *reading, const int *types, struct site_run *run,
                        uint32_t index)
{
    const struct profile *profile = reading->profile;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        struct site_sums sums = sums_of(profile, run, types, i);
        uint32_t path = path_of(reading, profile->samples.items[i].node,
                                (float)sums.values[PROFILE_ALLOC_SPACE]);
        uint32_t site = path == UINT32_MAX ? path : site_table_site(reading->table, path);
        if (site == UINT32_MAX)
            return false;
        add_sums(site_table_values(reading->table, site, index), &sums, &run->total);
    }
    return true;
}

/* Where nothing says how the marks fell, independently is the cautious answer. */
static struct site_run run_of(const struct profile *profile, const char *name)
{
    struct site_run run = {.name = name,
                           .interval = profile->period > 1 ? (double)profile->period : 1,
                           .has_sizes = profile_has_sizes(profile),
                           .threads = 1,
                           .time_ns = profile->time_ns};
    bool is_stratified = profile_is_ours(profile) && run.has_sizes;
    run.sampling = run.interval <= 1 ? SITE_EXACT : is_stratified ? SITE_STRATIFIED : SITE_POISSON;
    run.has_seed = profile_find_number(profile, "seed", &run.seed);
    profile_find_number(profile, "threads", &run.threads);
    return run;
}

static bool read_modules(struct reading *reading)
{
    const struct profile *profile = reading->profile;
    for (uint32_t i = 1; i < profile->mappings.count; i++) {
        char *copy =
            scratch_copy(reading, profile_string(profile, profile->mappings.items[i].file));
        if (!copy)
            return false;
        canonical_module(copy);
        if ((reading->modules[i] = profile_intern_string(reading->table->names, copy)) ==
            UINT32_MAX)
            return false;
    }
    return true;
}

struct error *site_table_add(struct site_table *table, const struct profile *profile,
                             const char *name)
{
    int types[PROFILE_VALUES];
    for (int i = 0; i < PROFILE_VALUES; i++)
        if ((types[i] = profile_find_type(profile, profile_value_names[i])) < 0)
            return error_create("%s: is no heap profile: it has no values of the type '%s'", name,
                                profile_value_names[i]);
    struct site_run run = run_of(profile, name);
    struct reading *reading = calloc(1, sizeof(*reading));
    bool has_memory = reading && table->runs.count < table->run_capacity;
    if (has_memory) {
        reading->table = table;
        reading->profile = profile;
        for (uint32_t i = 0; i < table->path_lines.count; i++)
            table->path_lines.items[i].weight = table->path_lines.items[i].caller_weight = -1;
        reading->modules = calloc((size_t)profile->mappings.count + 1, sizeof(*reading->modules));
        has_memory = reading->modules && read_modules(reading) &&
                     add_samples(reading, types, &run, table->runs.count);
        if (has_memory)
            table->runs.items[table->runs.count++] = run;
        free(reading->modules);
        free(reading->memo.items);
        free(reading->scratch);
        free(reading->nodes);
        hash_deinit(&reading->known);
    }
    free(reading);
    return has_memory ? NULL : budget_error("cannot compare %s", name);
}
