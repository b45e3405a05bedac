/* SPDX-License-Identifier: Apache-2.0
 *
 * --dry-run: says what would be sent, and writes it to a file.
 */
#ifndef MEMPROF_TOOLS_PUSH_DRY_H
#define MEMPROF_TOOLS_PUSH_DRY_H

#include "tools/push/settings.h"

/* Returns the exit status.  No base is moved. */
int push_run_dry(const struct push_settings *settings);

#endif
