/* SPDX-License-Identifier: Apache-2.0
 *
 * The profiles that a command is given: files, and what directories hold.
 */
#ifndef MEMPROF_TOOLS_INPUTS_H
#define MEMPROF_TOOLS_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/profile/profile.h"
#include "tools/argument.h"
#include "tools/stat/record.h"

struct input {
    char *path;      /* of a process: as it was typed */
    char *peak_path; /* the profile of its peak; NULL: there is none */
    bool is_found;   /* in a directory that was given, not given itself */
    /* Of a run of `memprof stat`, which inputs.records keep; else NULL. */
    const struct stat_record *record;
    const struct stat_run *run;
    bool is_process;
    struct argument process; /* what is_process is about: its state is owned, its text is `path` */
};

struct inputs {
    struct input *items;
    size_t count;
    struct stat_record **records; /* of the directories that `memprof stat` made */
    size_t record_count;
    const char *command; /* for lines on stderr; borrowed */
    const char *advice;  /* what to try with profiles that cannot be added up; borrowed */
    bool refuses_mixed;  /* sampled and exact profiles are not added up */
    bool has_processes;  /* names and pids of processes, and states, are taken, too */
    int status;          /* an argument was refused, and a line says why: the exit status */
};

/* A directory of `memprof stat` stands for its runs' profiles of the main program, in the order
 * of time; any other for the files in it that end in .pb.gz, by name, and one without any is an
 * error.  NULL with `status` not 0: see there.  inputs_deinit() it in any case. */
struct error *inputs_init(struct inputs *inputs, char *const *names, size_t count);
void inputs_deinit(struct inputs *inputs);

/* Of the runs of each directory of `memprof stat` leaves the one that has most of a value in it,
 * since their sum is of no run.  True: there were others. */
bool inputs_keep_largest_runs(struct inputs *inputs, enum profile_value value);

/* The profile in a file, or of a process as it is now. */
struct error *inputs_open(const struct input *input, struct profile **profile);

/* The sum of all.  A file that is no profile is an error where it was given by name; one that
 * was found in a directory is left out, with a line on stderr, and counted in *left_out. */
struct error *inputs_merge(const struct inputs *inputs, struct profile **sum, size_t *left_out);

#endif
