/* SPDX-License-Identifier: Apache-2.0
 *
 * All processes in the text format that Prometheus scrapes.
 */
#ifndef MEMPROF_TOOLS_SERVE_METRICS_H
#define MEMPROF_TOOLS_SERVE_METRICS_H

#include <stdio.h>

#include "tools/ps/selection.h"

void metrics_put(FILE *out, const struct ps_list *list);

#endif
