/* SPDX-License-Identifier: Apache-2.0
 *
 * A record as JSON; record_read.c is its counterpart.
 */
#include "tools/stat/record_json.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

json_t *stat_record_pack_number(double number)
{
    if (!isfinite(number))
        return json_null();
    return number == floor(number) && fabs(number) < 0x1p53 ? json_integer((json_int_t)number)
                                                            : json_real(number);
}

/* JSON's readers keep 53 bits of a number, so a seed is a text. */
static json_t *seed_of(const struct stat_record *record)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, record->seed);
    return record->has_seed ? json_string(text) : json_null();
}

static json_t *text_or_null(const char *text)
{
    return text && *text ? json_string(text) : json_null();
}

static json_t *pack_program(const struct stat_program *program)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", //
                     "program", program->name, "processes", (json_int_t)program->processes,
                     "alloc_objects", (json_int_t)program->values[PROFILE_ALLOC_OBJECTS],
                     "alloc_space", (json_int_t)program->values[PROFILE_ALLOC_SPACE],
                     "inuse_objects", (json_int_t)program->values[PROFILE_INUSE_OBJECTS],
                     "inuse_space", (json_int_t)program->values[PROFILE_INUSE_SPACE],
                     "peak_objects", (json_int_t)program->peak_objects, //
                     "peak_space", (json_int_t)program->peak_bytes,     //
                     "samples", (json_int_t)program->samples,           //
                     "truncated", (json_int_t)program->truncated,       //
                     "lost", (json_int_t)program->lost,                 //
                     "profile", text_or_null(program->profile),         //
                     "peak_profile", text_or_null(program->peak_profile));
}

static json_t *pack_unrecorded(const struct stat_unrecorded_program *program)
{
    return json_pack("{s:s, s:I, s:s}", "program", program->name, "processes",
                     (json_int_t)program->processes, "reason", program->reason);
}

static json_t *pack_run(const struct stat_run *run)
{
    json_t *programs = json_array();
    for (size_t i = 0; i < run->program_count; i++)
        json_array_append_new(programs, pack_program(&run->programs[i]));
    json_t *unrecorded = json_array();
    for (size_t i = 0; i < run->unrecorded_count; i++)
        json_array_append_new(unrecorded, pack_unrecorded(&run->unrecorded[i]));
    return json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", //
                     "profiled", run->is_profiled,                    //
                     "began_ns", (json_int_t)run->began_ns,           //
                     "wall_ns", (json_int_t)run->wall_ns,             //
                     "user_ns", (json_int_t)run->user_ns,             //
                     "system_ns", (json_int_t)run->system_ns,         //
                     "exit_status", (json_int_t)run->exit_status,     //
                     "operations", stat_record_pack_number(run->operations), "programs", programs,
                     "unrecorded", unrecorded);
}

static json_t *pack_module(const struct stat_module *module)
{
    return json_pack("{s:s, s:o}", "path", module->path, "build_id",
                     text_or_null(module->build_id));
}

static json_t *pack_host(const struct stat_record *record)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:I}", "name", record->host, "system", record->system,
                     "machine", record->machine, "cpu", record->cpu, "cpus",
                     (json_int_t)record->cpus);
}

static json_t *pack_operations(const struct stat_record *record)
{
    if (!*record->operations_from)
        return json_null();
    return json_pack("{s:s, s:o}", "from", record->operations_from, "regex",
                     text_or_null(record->operations_regex));
}

json_t *stat_record_pack(const struct stat_record *record)
{
    json_t *arguments = json_array(), *modules = json_array(), *runs = json_array();
    json_t *environment = json_object();
    for (size_t i = 0; i < record->argument_count; i++)
        json_array_append_new(arguments, json_string(record->arguments[i]));
    for (size_t i = 0; i < record->module_count; i++)
        json_array_append_new(modules, pack_module(&record->modules[i]));
    for (size_t i = 0; i < record->variable_count; i++)
        json_object_set_new(environment, record->environment[i].name,
                            json_string(record->environment[i].value));
    for (size_t i = 0; i < record->run_count; i++)
        json_array_append_new(runs, pack_run(&record->runs[i]));
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:I, s:o, s:o}",
                     "schema", STAT_RECORD_SCHEMA, "version", STAT_RECORD_VERSION,  //
                     "memprof", record->memprof, "program", record->program,        //
                     "directory", record->directory, "argv", arguments,             //
                     "executable", pack_module(&record->executable),                //
                     "modules", modules, "environment", environment,                //
                     "host", pack_host(record),                                     //
                     "interval", (json_int_t)record->interval_bytes,                //
                     "seed", seed_of(record), "warmup", (json_int_t)record->warmup, //
                     "operations", pack_operations(record), "runs", runs);
}

struct error *stat_record_write(const struct stat_record *record, const char *directory)
{
    json_t *json = stat_record_pack(record);
    char *path = stat_record_path(directory);
    FILE *file = json && path ? fopen(path, "wxe") : NULL;
    struct error *error = NULL;
    if (!json || !path)
        error = error_no_memory();
    else if (!file)
        error = error_create_errno(errno, "%s", path);
    if (file) {
        bool is_written = json_dumpf(json, file, JSON_INDENT(1)) == 0 && fputc('\n', file) != EOF;
        if (ftell(file) > STAT_RECORD_BYTES_MAX)
            error = error_create("%s: it would be larger than it can be read again; try fewer "
                                 "--runs",
                                 path);
        if ((fclose(file) != 0 || !is_written) && !error)
            error = error_create_errno(errno, "%s", path);
    }
    json_decref(json);
    free(path);
    return error;
}
