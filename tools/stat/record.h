/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof stat` keeps of the runs of a program: stat.json in the directory of their
 * profiles.  memprof-stat(1) describes the file.
 */
#ifndef MEMPROF_TOOLS_STAT_RECORD_H
#define MEMPROF_TOOLS_STAT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "collector/profile/profile.h"

#define STAT_RECORD_FILE "stat.json"

/* What the processes of one program had in one run. */
struct stat_program {
    const char *name; /* the last component of its executable's path */
    uint64_t processes;
    int64_t values[PROFILE_VALUES];   /* by enum profile_value */
    int64_t peak_objects, peak_bytes; /* of the process that had the most in use */
    uint64_t samples, truncated, lost;
    /* Relative to the directory: the sum of the processes' profiles, and the peak's. */
    const char *profile, *peak_profile;
};

/* Processes of one program in which nothing was recorded, and why. */
struct stat_unrecorded_program {
    const char *name, *reason;
    uint64_t processes;
};

struct stat_run {
    bool is_profiled;  /* false: a run without the library, for its times alone */
    uint64_t began_ns; /* CLOCK_REALTIME */
    uint64_t wall_ns, user_ns, system_ns; /* the CPU times are of all its processes */
    uint64_t exit_status;
    double operations; /* NAN: not known */
    struct stat_program *programs;
    size_t program_count; /* 0 in a run that is not profiled */
    struct stat_unrecorded_program *unrecorded;
    size_t unrecorded_count;
};

struct stat_module {
    const char *path, *build_id; /* the build id may be empty */
};

struct stat_variable {
    const char *name, *value;
};

struct stat_record {
    const char *memprof; /* the version that wrote it */
    const char *program; /* the main one: its profiles are what `memprof diff` compares */
    const char *directory;
    const char **arguments;
    size_t argument_count;
    struct stat_module executable;
    struct stat_module *modules; /* of the main program in the first run */
    size_t module_count;
    struct stat_variable *environment; /* what may change how a program allocates */
    size_t variable_count;
    const char *host, *system, *machine, *cpu; /* the computer; "" where it is not known */
    uint64_t cpus;
    uint64_t interval_bytes, warmup;
    bool has_seed;
    uint64_t seed;                /* the same for all runs */
    const char *operations_from;  /* "option", "output"; "": not known */
    const char *operations_regex; /* of "output", else "" */
    struct stat_run *runs;        /* in the order of time */
    size_t run_count;
    struct stat_kept *kept; /* all that the pointers above point at */
};

/* Memory that lives as long as the record, zeroed; NULL: there is none. */
void *stat_record_allocate(struct stat_record *record, size_t bytes);
/* A copy of the text as valid UTF-8; NULL: no memory. */
const char *stat_record_text(struct stat_record *record, const char *text);
void stat_record_deinit(struct stat_record *record);

/* The main program's values in a run; NULL: it has none. */
const struct stat_program *stat_record_main(const struct stat_record *record,
                                            const struct stat_run *run);
size_t stat_record_profiled_runs(const struct stat_record *record);

/* The file's path in a directory, which the caller frees; NULL: no memory. */
char *stat_record_path(const char *directory);
/* Whether `memprof stat` made the directory. */
bool stat_record_is_in(const char *directory);
/* Reads it.  stat_record_deinit() it in any case. */
struct error *stat_record_read(struct stat_record *record, const char *directory);
/* The same from memory; `name` is for messages. */
struct error *stat_record_parse(struct stat_record *record, const char *bytes, size_t count,
                                const char *name);
struct error *stat_record_write(const struct stat_record *record, const char *directory);

#endif
