/* SPDX-License-Identifier: Apache-2.0
 *
 * A stack as text: a line for each frame, the leaf first, with source files and lines.
 */
#ifndef MEMPROF_TOOLS_FRAMES_H
#define MEMPROF_TOOLS_FRAMES_H

#include <stdbool.h>

#include "collector/profile/profile.h"

#define FRAMES_DEFAULT 40 /* what a screen takes, with a stack's head */

/* Prints at most `most` frames (0: all) on stdout.  False: no memory. */
bool frames_print(const struct profile *profile, uint32_t leaf, uint64_t most);

#endif
