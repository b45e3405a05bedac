/* SPDX-License-Identifier: Apache-2.0
 *
 * Where libmemprof.so lies: MEMPROF_LIBRARY, else beside this program (a build
 * directory), else in the lib directories beside its bin directory.
 */
#ifndef MEMPROF_TOOLS_LIBRARY_H
#define MEMPROF_TOOLS_LIBRARY_H

#include "collector/base/error.h"

/* An absolute path that LD_PRELOAD can carry; the caller frees it. */
struct error *library_find(char **path);

#endif
