/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/stat/describe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/path.h"
#include "collector/profile/file.h"
#include "tools/quantity.h"
#include "tools/stat/host.h"

struct error *stat_describe(struct stat_record *record, const struct stat_options *options)
{
    const char *seed = getenv("MEMPROF_SEED");
    record->memprof = MEMPROF_VERSION;
    record->executable.build_id = "";
    record->warmup = options->warmup;
    record->operations_from = !isnan(options->operations) ? "option"
                              : options->operations_regex ? "output"
                                                          : "";
    record->operations_regex =
        stat_record_text(record, options->operations_regex ? options->operations_regex : "");
    quantity_parse_bytes(getenv("MEMPROF_INTERVAL"), &record->interval_bytes);
    record->has_seed = seed && quantity_parse_number(seed, &record->seed);
    while (options->argv[record->argument_count])
        record->argument_count++;
    record->arguments =
        stat_record_allocate(record, record->argument_count * sizeof *record->arguments);
    bool has_memory = record->arguments && record->operations_regex && stat_host_describe(record);
    for (size_t i = 0; i < record->argument_count && has_memory; i++)
        has_memory = (record->arguments[i] = stat_record_text(record, options->argv[i])) != NULL;
    record->runs =
        stat_record_allocate(record, (options->runs + options->plain_runs) * sizeof *record->runs);
    return has_memory && record->runs ? NULL : error_no_memory();
}

struct error *stat_describe_program(struct stat_record *record, const struct stat_options *options,
                                    const struct run_log *log, const struct run_log_entry *main)
{
    const char *wanted = options->program;
    for (size_t i = 0; i < log->count && wanted; i++)
        if (strcmp(path_base(log->entries[i].exe), wanted) == 0)
            main = &log->entries[i];
    record->program = stat_record_text(record, wanted ? wanted : path_base(main->exe));
    record->executable.path = stat_record_text(record, main->exe);
    return record->program && record->executable.path ? NULL : error_no_memory();
}

struct error *stat_describe_modules(struct stat_record *record, const struct stat_program *program,
                                    const char *directory)
{
    char *path;
    struct profile *profile;
    if (asprintf(&path, "%s/%s", directory, program->profile) < 0)
        return error_no_memory();
    struct error *error = profile_read(path, &profile);
    free(path);
    if (error)
        return error;
    record->modules =
        stat_record_allocate(record, profile->mappings.count * sizeof *record->modules);
    for (uint32_t i = 1; i < profile->mappings.count && record->modules && !error; i++) {
        const struct profile_mapping *mapping = &profile->mappings.items[i];
        struct stat_module module = {
            stat_record_text(record, profile_string(profile, mapping->file)),
            stat_record_text(record, profile_string(profile, mapping->build_id))};
        if (!module.path || !module.build_id)
            error = error_no_memory();
        else if (strcmp(module.path, record->executable.path) == 0)
            record->executable.build_id = module.build_id;
        record->modules[record->module_count++] = module;
    }
    if (!record->modules)
        error = error_no_memory();
    profile_destroy(profile);
    return error;
}
