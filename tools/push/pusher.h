/* SPDX-License-Identifier: Apache-2.0
 *
 * Pushes until there is nothing left to push about, or until it is told to end.
 */
#ifndef MEMPROF_TOOLS_PUSH_PUSHER_H
#define MEMPROF_TOOLS_PUSH_PUSHER_H

#include "tools/push/settings.h"

/* Returns the exit status. */
int push_run(struct push_settings *settings);

#endif
