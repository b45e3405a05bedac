/* SPDX-License-Identifier: Apache-2.0
 *
 * A report as one HTML file, which asks nobody for anything.
 */
#ifndef MEMPROF_TOOLS_REPORT_PAGE_H
#define MEMPROF_TOOLS_REPORT_PAGE_H

#include <stdio.h>

#include "collector/base/error.h"
#include "tools/report/about.h"
#include "tools/report/tree.h"

/* That writing failed the stream says. */
struct error *report_page_put(FILE *out, struct report_tree *tree, const struct report_about *about,
                              const char *command);

#endif
