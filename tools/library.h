/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the preloaded libraries lie: libmemprof.so in MEMPROF_LIBRARY; else beside this program (a
 * build directory), else in the lib directories beside its bin directory.
 */
#ifndef MEMPROF_TOOLS_LIBRARY_H
#define MEMPROF_TOOLS_LIBRARY_H

#include "collector/base/error.h"

#define LIBRARY_SELF_TEST "libmemprof-self-test.so"

/* An absolute path that LD_PRELOAD can carry; the caller frees it. */
struct error *library_find(char **path);
/* The same of libmemprof-self-test.so, without the variable. */
struct error *library_find_self_test(char **path);

#endif
