/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether the gates hold on what is the same and fail on what is not, here and for this program.
 */
#ifndef MEMPROF_TOOLS_SELF_TEST_SELF_TEST_H
#define MEMPROF_TOOLS_SELF_TEST_SELF_TEST_H

#include "tools/diff/options.h"

/* Runs options->program; prints what it sees; returns the exit status. */
int self_test(const struct diff_options *options);

#endif
