/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of a program in which all its processes are recorded, and what becomes of their states:
 * prepared, launched, and finished when their profiles are written.
 */
#ifndef MEMPROF_TOOLS_RECORDED_RUN_H
#define MEMPROF_TOOLS_RECORDED_RUN_H

#include "tools/gather.h"
#include "tools/launch.h"
#include "tools/run_log.h"
#include "tools/selection.h"

struct recorded_run {
    struct launch launch; /* to be filled with path, argv and library before it is launched */
    struct run_log log;
    struct gathering gathering; /* to be filled with command, out, with_peak and workers */
    struct selection selection; /* of the caller */
};

/* A log, and what launch and gathering know of it.  recorded_run_deinit() it in any case. */
struct error *recorded_run_prepare(struct recorded_run *run);
/* Writes the profiles of all its processes and reads the log. */
struct error *recorded_run_finish(struct recorded_run *run);
/* Removes the log. */
void recorded_run_deinit(struct recorded_run *run);

/* The refusal of the program's last image to be recorded; NULL: there is none.  What an image
 * before the last exec said does not count. */
const struct run_log_refusal *recorded_run_refusal(const struct recorded_run *run);
/* The profile of the program's last image; NULL: there is none. */
const struct run_log_entry *recorded_run_main(const struct recorded_run *run);
/* Says on stderr why there is no profile of the program, and how it ended. */
void recorded_run_explain(const struct recorded_run *run);

#endif
