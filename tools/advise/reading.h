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

#endif
