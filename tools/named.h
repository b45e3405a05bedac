/* SPDX-License-Identifier: Apache-2.0
 *
 * The processes that were named when serving begins.
 */
#ifndef MEMPROF_TOOLS_NAMED_H
#define MEMPROF_TOOLS_NAMED_H

#include "collector/base/error.h"

/* A pid must be that of a process which is recorded, or will be: one whose library is loaded, and
 * which has not sampled anything.  Processes with a name may come later. */
struct error *named_check(char *const *names);

#endif
