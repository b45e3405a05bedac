/* SPDX-License-Identifier: Apache-2.0
 *
 * What was live over time, as a small drawing.
 */
#ifndef MEMPROF_TOOLS_SERVE_SPARKLINE_H
#define MEMPROF_TOOLS_SERVE_SPARKLINE_H

#include <stdio.h>

#include "collector/vitals.h"

/* An SVG from its beginning until now, from zero to the highest point; nothing where there is
 * no timeline. */
void sparkline_put(FILE *out, const struct vitals *vitals);

#endif
