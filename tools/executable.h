/* SPDX-License-Identifier: Apache-2.0
 *
 * What an ELF executable says about being preloaded into, before it runs.
 */
#ifndef MEMPROF_TOOLS_EXECUTABLE_H
#define MEMPROF_TOOLS_EXECUTABLE_H

#include "collector/base/error.h"

/* NULL when the dynamic loader will preload a library of ours into the ELF file
 * at `path`; otherwise why not and what to try. */
struct error *executable_check(const char *path);

#endif
