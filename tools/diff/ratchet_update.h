/* SPDX-License-Identifier: Apache-2.0
 *
 * Notes in the ratchet what the gates have seen.
 */
#ifndef MEMPROF_TOOLS_DIFF_RATCHET_UPDATE_H
#define MEMPROF_TOOLS_DIFF_RATCHET_UPDATE_H

#include "tools/diff/report.h"

/* NEW's value of each gate, where it is known and better than the best so far, with today's date
 * and the commit.  The file of the options is replaced if anything changes. */
struct error *ratchet_update(const struct report *report);

#endif
