/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that mean the same wherever a process of a run goes.
 */
#ifndef MEMPROF_TOOLS_ABSOLUTE_H
#define MEMPROF_TOOLS_ABSOLUTE_H

#include "collector/base/error.h"

/* Makes the names in MEMPROF_OUT, MEMPROF_DIR and MEMPROF_COLLECTOR absolute, where they are set,
 * and checks the environment again. */
struct error *absolute_names(void);

/* A path for a template, in which a percent sign is an escape.  The caller frees it; NULL: no
 * memory. */
char *absolute_escape(const char *path);

#endif
