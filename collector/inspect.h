/* SPDX-License-Identifier: Apache-2.0
 *
 * A state as text, for developers and bug reports: header, options, fill of
 * each table, modules, threads, loss counters, samples.
 */
#ifndef MEMPROF_COLLECTOR_INSPECT_H
#define MEMPROF_COLLECTOR_INSPECT_H

#include "collector/base/error.h"

#include <stdbool.h>
#include <stdio.h>

/* `name` is what the text calls it.  With `stacks` every site is listed too. */
struct error *inspect_fd(int fd, const char *name, bool stacks, FILE *out);

#endif
