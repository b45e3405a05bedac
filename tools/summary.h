/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof run` prints when all is over: the first process's numbers, the
 * command that shows its profile, and a table of programs if there were more processes.
 */
#ifndef MEMPROF_TOOLS_SUMMARY_H
#define MEMPROF_TOOLS_SUMMARY_H

#include <stddef.h>

#include "tools/run_log.h"

/* The profile of the first process's last image; NULL: there is none. */
const struct run_log_entry *summary_main(const struct run_log *log);

/* Prints on stderr; `main` is NULL if the first process's profile was not wanted.
 * `running` processes of the run live on. */
void summary_print(const struct run_log *log, const struct run_log_entry *main, size_t running);

#endif
