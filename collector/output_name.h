/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of profiles: a template filled in.
 */
#ifndef MEMPROF_COLLECTOR_OUTPUT_NAME_H
#define MEMPROF_COLLECTOR_OUTPUT_NAME_H

#include "collector/state/reader.h"

/* A template with %e %p %t %% replaced; NULL: no memory. */
char *output_expand(const char *template, const struct state_info *info);

#endif
