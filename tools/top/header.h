/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines above a view: which values of which profile it shows, and what it hides.
 */
#ifndef MEMPROF_TOOLS_TOP_HEADER_H
#define MEMPROF_TOOLS_TOP_HEADER_H

#include "tools/top/reading.h"

void header_print(const struct reading *reading, const struct top_options *options);

#endif
