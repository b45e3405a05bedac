/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON as a record; record_write.c is its counterpart.  Others may have written the file, so
 * each member is checked before it is used: a number must have its range, and a profile must lie
 * in the directory.
 */
#include "tools/stat/record_json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/open_regular.h"
#include "collector/base/path.h"
#include "tools/quantity.h"

/* Reading goes on after the first mistake, with values that stand for nothing: one place says
 * what was wrong. */
struct reading {
    struct stat_record *record;
    const char *path;
    struct error *error; /* the first */
};

static void note(struct reading *reading, const char *member, const char *wanted)
{
    if (!reading->error)
        reading->error = error_create("%s: '%s' is no %s: it is damaged, or 'memprof stat' did not "
                                      "write it",
                                      reading->path, member, wanted);
}

static void note_no_memory(struct reading *reading)
{
    if (!reading->error)
        reading->error = error_no_memory();
}

static const char *keep(struct reading *reading, const char *text)
{
    const char *copy = stat_record_text(reading->record, text);
    if (!copy)
        note_no_memory(reading);
    return copy ? copy : "";
}

static void *allocate(struct reading *reading, size_t count, size_t bytes)
{
    size_t all;
    void *memory = __builtin_mul_overflow(count, bytes, &all)
                       ? NULL
                       : stat_record_allocate(reading->record, all);
    if (!memory)
        note_no_memory(reading);
    return memory;
}

/* A text; where it may be missing or null, "" stands for that. */
static const char *read_text(struct reading *reading, const json_t *in, const char *member,
                             bool may_be_missing)
{
    const json_t *value = json_object_get(in, member);
    if (json_is_string(value))
        return keep(reading, json_string_value(value));
    if (!may_be_missing || (value && !json_is_null(value)))
        note(reading, member, "text");
    return "";
}

static int64_t read_number(struct reading *reading, const json_t *in, const char *member)
{
    const json_t *value = json_object_get(in, member);
    if (json_is_integer(value) && json_integer_value(value) >= 0)
        return json_integer_value(value);
    note(reading, member, "whole number");
    return 0;
}

/* NULL: there is none, and reading fails. */
static const json_t *read_container(struct reading *reading, const json_t *in, const char *member,
                                    json_type type)
{
    const json_t *value = json_object_get(in, member);
    if (value && json_typeof(value) == type)
        return value;
    note(reading, member, type == JSON_ARRAY ? "array" : "object");
    return NULL;
}

/* A path below the directory. */
static const char *read_profile(struct reading *reading, const json_t *in, const char *member,
                                bool may_be_missing)
{
    const char *path = read_text(reading, in, member, may_be_missing);
    bool is_clean = path_is_clean(path) && path[0] != '/' && strncmp(path, "../", 3) != 0;
    if (*path && !is_clean)
        note(reading, member, "path in the directory");
    return is_clean ? path : "";
}

static void read_program(struct reading *reading, const json_t *in, struct stat_program *program)
{
    *program = (struct stat_program){
        .name = read_text(reading, in, "program", false),
        .processes = (uint64_t)read_number(reading, in, "processes"),
        .values = {[PROFILE_ALLOC_OBJECTS] = read_number(reading, in, "alloc_objects"),
                   [PROFILE_ALLOC_SPACE] = read_number(reading, in, "alloc_space"),
                   [PROFILE_INUSE_OBJECTS] = read_number(reading, in, "inuse_objects"),
                   [PROFILE_INUSE_SPACE] = read_number(reading, in, "inuse_space")},
        .peak_objects = read_number(reading, in, "peak_objects"),
        .peak_bytes = read_number(reading, in, "peak_space"),
        .samples = (uint64_t)read_number(reading, in, "samples"),
        .truncated = (uint64_t)read_number(reading, in, "truncated"),
        .lost = (uint64_t)read_number(reading, in, "lost"),
        .profile = read_profile(reading, in, "profile", false),
        .peak_profile = read_profile(reading, in, "peak_profile", true),
    };
}

/* Older files have none. */
static void read_unrecorded(struct reading *reading, const json_t *in, struct stat_run *run)
{
    const json_t *programs = json_object_get(in, "unrecorded");
    if (!programs || !read_container(reading, in, "unrecorded", JSON_ARRAY))
        return;
    run->unrecorded = allocate(reading, json_array_size(programs), sizeof *run->unrecorded);
    for (size_t i = 0; i < json_array_size(programs) && run->unrecorded; i++) {
        const json_t *program = json_array_get(programs, i);
        run->unrecorded[run->unrecorded_count++] = (struct stat_unrecorded_program){
            .name = read_text(reading, program, "program", false),
            .reason = read_text(reading, program, "reason", false),
            .processes = (uint64_t)read_number(reading, program, "processes")};
    }
}

static void read_run(struct reading *reading, const json_t *in, struct stat_run *run)
{
    const json_t *is_profiled = json_object_get(in, "profiled");
    const json_t *operations = json_object_get(in, "operations");
    const json_t *programs = read_container(reading, in, "programs", JSON_ARRAY);
    *run = (struct stat_run){
        .is_profiled = json_is_true(is_profiled),
        .began_ns = (uint64_t)read_number(reading, in, "began_ns"),
        .wall_ns = (uint64_t)read_number(reading, in, "wall_ns"),
        .user_ns = (uint64_t)read_number(reading, in, "user_ns"),
        .system_ns = (uint64_t)read_number(reading, in, "system_ns"),
        .exit_status = (uint64_t)read_number(reading, in, "exit_status"),
        .operations = json_is_number(operations) ? json_number_value(operations) : NAN,
        .program_count = json_array_size(programs),
    };
    if (!json_is_boolean(is_profiled))
        note(reading, "profiled", "true or false");
    if (!isnan(run->operations) && !(run->operations > 0))
        note(reading, "operations", "number above 0");
    run->programs = allocate(reading, run->program_count, sizeof *run->programs);
    for (size_t i = 0; i < run->program_count && run->programs; i++)
        read_program(reading, json_array_get(programs, i), &run->programs[i]);
    read_unrecorded(reading, in, run);
    if (run->is_profiled && !reading->error && !stat_record_main(reading->record, run))
        note(reading, "programs", "list that has the main program");
}

static struct stat_module read_module(struct reading *reading, const json_t *in)
{
    return (struct stat_module){read_text(reading, in, "path", false),
                                read_text(reading, in, "build_id", true)};
}

static void read_lists(struct reading *reading, json_t *in)
{
    struct stat_record *record = reading->record;
    const json_t *arguments = read_container(reading, in, "argv", JSON_ARRAY);
    const json_t *modules = read_container(reading, in, "modules", JSON_ARRAY);
    const json_t *runs = read_container(reading, in, "runs", JSON_ARRAY);
    record->argument_count = json_array_size(arguments);
    record->arguments = allocate(reading, record->argument_count, sizeof *record->arguments);
    for (size_t i = 0; i < record->argument_count && record->arguments; i++) {
        const char *text = json_string_value(json_array_get(arguments, i));
        if (!text)
            note(reading, "argv", "array of texts");
        record->arguments[i] = keep(reading, text ? text : "");
    }
    record->module_count = json_array_size(modules);
    record->modules = allocate(reading, record->module_count, sizeof *record->modules);
    for (size_t i = 0; i < record->module_count && record->modules; i++)
        record->modules[i] = read_module(reading, json_array_get(modules, i));
    record->run_count = json_array_size(runs);
    record->runs = allocate(reading, record->run_count, sizeof *record->runs);
    for (size_t i = 0; i < record->run_count && record->runs; i++)
        read_run(reading, json_array_get(runs, i), &record->runs[i]);
    if (!reading->error && stat_record_profiled_runs(record) == 0)
        note(reading, "runs", "list with a profiled run");
}

static void read_environment(struct reading *reading, const json_t *in)
{
    struct stat_record *record = reading->record;
    json_t *environment = json_object_get(in, "environment"), *value;
    const char *name;
    if (!read_container(reading, in, "environment", JSON_OBJECT))
        return;
    record->environment =
        allocate(reading, json_object_size(environment), sizeof *record->environment);
    if (!record->environment)
        return;
    json_object_foreach(environment, name, value)
    {
        if (!json_is_string(value))
            note(reading, name, "text");
        else
            record->environment[record->variable_count++] = (struct stat_variable){
                keep(reading, name), keep(reading, json_string_value(value))};
    }
}

static void read_record(struct reading *reading, json_t *in)
{
    struct stat_record *record = reading->record;
    record->memprof = read_text(reading, in, "memprof", false);
    record->program = read_text(reading, in, "program", false);
    record->directory = read_text(reading, in, "directory", false);
    record->executable =
        read_module(reading, read_container(reading, in, "executable", JSON_OBJECT));
    const json_t *host = read_container(reading, in, "host", JSON_OBJECT);
    record->host = read_text(reading, host, "name", true);
    record->system = read_text(reading, host, "system", true);
    record->machine = read_text(reading, host, "machine", true);
    record->cpu = read_text(reading, host, "cpu", true);
    record->cpus = (uint64_t)read_number(reading, host, "cpus");
    record->interval_bytes = (uint64_t)read_number(reading, in, "interval");
    record->warmup = (uint64_t)read_number(reading, in, "warmup");
    const char *seed = read_text(reading, in, "seed", true);
    record->has_seed = *seed != '\0';
    if (record->has_seed && !quantity_parse_number(seed, &record->seed))
        note(reading, "seed", "number in a text");
    const json_t *operations = json_object_get(in, "operations");
    record->operations_from = read_text(reading, operations, "from", true);
    record->operations_regex = read_text(reading, operations, "regex", true);
    read_environment(reading, in);
    read_lists(reading, in);
}

static struct error *load(const char *path, json_t **json)
{
    struct stat status;
    json_error_t why;
    int fd = open_regular(path, 0, &status);
    if (fd < 0)
        return open_regular_error(errno, "%s", path);
    *json = NULL;
    if (status.st_size <= STAT_RECORD_BYTES_MAX)
        *json = json_loadfd(fd, JSON_REJECT_DUPLICATES, &why);
    close(fd);
    if (status.st_size > STAT_RECORD_BYTES_MAX)
        return error_create("%s: it is too large to be what 'memprof stat' wrote", path);
    return *json ? NULL : error_create("%s: line %d: %s", path, why.line, why.text);
}

/* The version comes first: of a newer one nothing is known. */
static void check_version(struct reading *reading, const json_t *in)
{
    const char *schema = json_string_value(json_object_get(in, "schema"));
    json_int_t version = json_integer_value(json_object_get(in, "version"));
    if (!schema || strcmp(schema, STAT_RECORD_SCHEMA) != 0 || version < 1)
        note(reading, "schema", "\"" STAT_RECORD_SCHEMA "\"");
    else if (version > STAT_RECORD_VERSION)
        reading->error = error_create("%s: it is of version %" JSON_INTEGER_FORMAT
                                      ", and this memprof knows %d; try a newer memprof",
                                      reading->path, version, STAT_RECORD_VERSION);
}

/* Takes the JSON over. */
static struct error *take(struct stat_record *record, json_t *json, const char *path)
{
    struct reading reading = {.record = record, .path = path};
    check_version(&reading, json);
    if (!reading.error)
        read_record(&reading, json);
    json_decref(json);
    return reading.error;
}

struct error *stat_record_parse(struct stat_record *record, const char *bytes, size_t count,
                                const char *name)
{
    json_error_t why;
    *record = (struct stat_record){.kept = NULL};
    json_t *json = json_loadb(bytes, count, JSON_REJECT_DUPLICATES, &why);
    return json ? take(record, json, name)
                : error_create("%s: line %d: %s", name, why.line, why.text);
}

struct error *stat_record_read(struct stat_record *record, const char *directory)
{
    *record = (struct stat_record){.kept = NULL};
    json_t *json = NULL;
    char *path = stat_record_path(directory);
    struct error *error = path ? load(path, &json) : error_no_memory();
    if (!error)
        error = take(record, json, path);
    free(path);
    return error;
}
