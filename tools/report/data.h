/* SPDX-License-Identifier: Apache-2.0
 *
 * The data of a report.  It is read by page/format.js and by nobody else: both have the same
 * version.
 *
 * Columns (pack.h), deflated, in base64; no record, but all first numbers, then all second ones.
 * A count stands in front.  In this order, "index" meaning one that starts at 0, where index 0 of
 * nodes is the root and index 0 of classes "none":
 *
 *   version     3
 *   strings     count; how many bytes each has in common with the one before it; the other ones, as
 *               texts.  They are sorted by their bytes
 *   modules     count; path: string; whose code it is: 0 own, 1 another's, 2 the C or C++ library
 *   functions   count; name: string, less the one before; module + 1, 0: none; which of the
 *               disguises of an allocation (about.h) it is + 1, 0: none
 *   frames      count; function, less the one before; file: string, less the one before, signed;
 *               line, 0: not known, less the one before where function and file are the same
 *   nodes       count without the root; own index less the parent's (each stands behind its parent
 *               and before whatever is not below that); frame: n for the n-th that was called in
 *               the caller's frame so far, 0 for one that was not, which stands in the next column
 *   callees     count; frame
 *   folded      count; node, less the one before; how many small nodes it stands for
 *   classes     count without "none"; the label `bytes`, signed
 *   sites       count; node, less the one before; class; for each view and each type the values,
 *               signed: of the first view as they are, of the others less the first one's
 *   points      count; ms since the start, in use, allocated bytes, allocated objects: each less
 *               the one before, signed
 *   sources     count of blocks; file: string; first line; count of lines; text, lines ending in \n
 */
#ifndef MEMPROF_TOOLS_REPORT_DATA_H
#define MEMPROF_TOOLS_REPORT_DATA_H

#include "tools/report/pack.h"
#include "tools/report/sources.h"
#include "tools/report/tree.h"
#include "tools/report/views.h"

#define REPORT_DATA_VERSION 3

/* False: no memory. */
bool report_data_put(struct pack *pack, struct report_tree *tree, const struct report_views *views,
                     const struct report_sources *sources);

#endif
