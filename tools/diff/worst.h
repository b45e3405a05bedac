/* SPDX-License-Identifier: Apache-2.0
 *
 * The call site that a gate's verdict points to.
 */
#ifndef MEMPROF_TOOLS_DIFF_WORST_H
#define MEMPROF_TOOLS_DIFF_WORST_H

#include "tools/diff/report.h"

/* Of the sites that the gate is about, the row of the one whose value grew most in the mean of the
 * runs; 0: none grew. */
uint32_t worst_site(const struct report *report, const struct gate *gate);

#endif
