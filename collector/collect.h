/* SPDX-License-Identifier: Apache-2.0
 *
 * From states to profiles: what the commands on processes need.  A state is a
 * file that a profiled process writes; it stays when the process is killed.
 * Collecting one writes a profile and, when its process is gone, removes it.
 */
#ifndef MEMPROF_COLLECTOR_COLLECT_H
#define MEMPROF_COLLECTOR_COLLECT_H

#include "collector/base/error.h"
#include "collector/collect_options.h"
#include "collector/state/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* result is zeroed first; collect_result_deinit() it in any case. */
struct error *collect_path(const char *state, const struct collect_options *options,
                           struct collect_result *result);
/* One of a list's, which must still be there. */
struct error *collect_entry(const struct state_entry *entry, const struct collect_options *options,
                            struct collect_result *result);
/* A living process, without disturbing it. */
struct error *collect_pid(pid_t pid, const struct collect_options *options,
                          struct collect_result *result);
void collect_result_deinit(struct collect_result *result);

/* Removes dead states and logs of `memprof run` that are at least this old; without a directory
 * in every place of theirs, and what the symbol cache has not used for so long. */
struct error *collect_prune(const char *directory, uint64_t age_ns, size_t *removed);

#endif
