/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the lifetimes come from that advice is given about.
 */
#ifndef MEMPROF_TOOLS_ADVISE_READING_H
#define MEMPROF_TOOLS_ADVISE_READING_H

#include "collector/base/error.h"
#include "collector/lifetimes/lifetimes.h"
#include "tools/argument.h"

/* Of a profile, from the file beside it or from that file itself; of a state; of a running process.
 * The names in them are cleaned.  lifetimes_deinit() them in any case. */
struct error *advise_read(struct lifetimes *lifetimes, const struct argument *argument);

/* Adds an earlier look at the process: a heap profile, as 'memprof run --every' and 'memprof dump'
 * write them, or whatever advise_read() takes.  One of another process, or one that is not earlier,
 * is an error; `last` is what the lifetimes were read from. */
struct error *advise_look(struct lifetimes *lifetimes, const struct argument *argument,
                          const struct argument *last);

#endif
