/* SPDX-License-Identifier: Apache-2.0
 *
 * A function without a name is called MODULE+0xADDRESS by the collector.
 */
#include "collector/profile/nameless.h"
#include "collector/base/path.h"

#include <stdlib.h>
#include <string.h>

#define SHARE_LEAST 0.01 /* of a module that is worth a line */

/* Modules' names, and for each the sums of values, `types` of them. */
struct sums {
    const struct profile *profile;
    uint32_t *module_of; /* by file (string): index + 1 of its module */
    uint32_t *files;     /* by module */
    uint32_t count;
    double *values; /* by module and type */
    double *totals; /* by type */
    double *nameless;
};

static bool is_made_up(const char *name, const char *file)
{
    const char *base = path_base(file);
    size_t length = strlen(base);
    return strncmp(name, base, length) == 0 && strncmp(name + length, "+0x", 3) == 0 &&
           name[length + 3 + strspn(name + length + 3, "0123456789abcdef")] == '\0';
}

/* The file (string) of the module whose nameless function is the leaf; 0: it has a name. */
static uint32_t nameless_leaf(const struct profile *profile, uint32_t node)
{
    const struct profile_location *location =
        &profile->locations.items[profile->nodes.items[node].location];
    uint32_t file = location->mapping ? profile->mappings.items[location->mapping].file : 0;
    if (node == 0 || *profile_string(profile, file) != '/')
        return 0;
    uint32_t function =
        location->line_count ? profile->lines.items[location->line_first].function : 0;
    const char *name =
        function ? profile_string(profile, profile->functions.items[function].name) : "";
    return !*name || is_made_up(name, profile_string(profile, file)) ? file : 0;
}

static double *values_of_file(struct sums *sums, uint32_t file)
{
    if (!sums->module_of[file]) {
        sums->files[sums->count++] = file;
        sums->module_of[file] = sums->count;
    }
    return sums->values + (size_t)(sums->module_of[file] - 1) * sums->profile->types.count;
}

static void add_samples(struct sums *sums)
{
    const struct profile *profile = sums->profile;
    uint32_t types = profile->types.count;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const int64_t *values = profile->values.items + (size_t)i * types;
        uint32_t file = nameless_leaf(profile, profile->samples.items[i].node);
        double *of_file = file ? values_of_file(sums, file) : NULL;
        for (uint32_t type = 0; type < types; type++) {
            sums->totals[type] += (double)values[type];
            if (of_file) {
                of_file[type] += (double)values[type];
                sums->nameless[type] += (double)values[type];
            }
        }
    }
}

static bool is_worth_telling(const struct sums *sums, double least)
{
    for (uint32_t type = 0; type < sums->profile->types.count; type++)
        if (sums->totals[type] > 0 && sums->nameless[type] > least * sums->totals[type])
            return true;
    return false;
}

static struct profile_nameless_module worst_value(const struct sums *sums, uint32_t module)
{
    const struct profile *profile = sums->profile;
    struct profile_nameless_module worst = {.file = profile_string(profile, sums->files[module])};
    for (uint32_t type = 0; type < profile->types.count; type++) {
        double value = sums->values[(size_t)module * profile->types.count + type];
        if (sums->totals[type] > 0 && value / sums->totals[type] > worst.share) {
            worst.share = value / sums->totals[type];
            worst.type = profile_string(profile, profile->types.items[type].type);
        }
    }
    return worst;
}

/* Sorted in, the smallest falls out. */
static void insert(struct profile_nameless *found, struct profile_nameless_module module)
{
    for (uint32_t i = 0; i < PROFILE_NAMELESS_MODULES; i++) {
        if (i == found->count) {
            found->modules[found->count++] = module;
            return;
        }
        if (module.share > found->modules[i].share) {
            struct profile_nameless_module other = found->modules[i];
            found->modules[i] = module;
            module = other;
        }
    }
}

bool profile_nameless_find(const struct profile *profile, double least,
                           struct profile_nameless *found)
{
    size_t types = (size_t)profile->types.count + 1, mappings = profile->mappings.count;
    struct sums sums = {
        .profile = profile,
        .module_of = calloc(profile->strings.count, sizeof(*sums.module_of)),
        .files = calloc(mappings, sizeof(*sums.files)),
        .values = calloc(mappings * types, sizeof(*sums.values)),
        .totals = calloc(types, sizeof(*sums.totals)),
        .nameless = calloc(types, sizeof(*sums.nameless)),
    };
    *found = (struct profile_nameless){.count = 0};
    bool has_memory = sums.module_of && sums.files && sums.values && sums.totals && sums.nameless;
    if (has_memory) {
        add_samples(&sums);
        for (uint32_t i = 0; is_worth_telling(&sums, least) && i < sums.count; i++) {
            struct profile_nameless_module module = worst_value(&sums, i);
            if (module.share >= SHARE_LEAST)
                insert(found, module);
        }
    }
    free(sums.module_of);
    free(sums.files);
    free(sums.values);
    free(sums.totals);
    free(sums.nameless);
    return has_memory;
}
