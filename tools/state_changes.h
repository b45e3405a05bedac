/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a state was made or removed since the last look, without a look at all processes.
 */
#ifndef MEMPROF_TOOLS_STATE_CHANGES_H
#define MEMPROF_TOOLS_STATE_CHANGES_H

#include <stdbool.h>
#include <time.h>

/* When the directories of states were changed last; all zeros at first. */
struct state_changes {
    struct timespec changed[2];
};

/* True: at another time than when this was asked before. */
bool state_changes_look(struct state_changes *changes);

#endif
