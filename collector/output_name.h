/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of profiles: a template filled in, and the peak's name beside another.
 */
#ifndef MEMPROF_COLLECTOR_OUTPUT_NAME_H
#define MEMPROF_COLLECTOR_OUTPUT_NAME_H

#include "collector/state/reader.h"

/* The name of the peak's profile beside one of this name: ".peak" goes before ".pb.gz" and the
 * numbers after that.  NULL: no memory. */
char *output_peak_name(const char *path);

/* A template with %e %p %t %% replaced; NULL: no memory. */
char *output_expand(const char *template, const struct state_info *info);

#endif
