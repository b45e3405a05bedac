/* SPDX-License-Identifier: Apache-2.0
 *
 * What the loader would have bound.  dlsym takes the loader's lock, drops a pending
 * dlerror, allocates when it fails, and knows no versions; this reads the objects' own
 * tables, in the order in which the loader searches them, and may be called wherever
 * malloc may.  At start only: it does not expect libraries to come and go meanwhile.
 */
#ifndef MEMPROF_SYMBOLS_H
#define MEMPROF_SYMBOLS_H

#include <stdbool.h>

#define SYMBOLS_LIBC "libc.so.6"
#define SYMBOLS_CXX  "libstdc++.so.6"

/* Definitions are matched as for a reference to the version that `provider` (its soname)
 * gives `name` by default; NULL or a provider that is not there: to no version.
 *
 * symbols_next: the first definition behind this library; where libc is not behind it (it
 * was opened later), the first that is not its own.  symbols_first: the first of
 * all; *object, if not NULL, is set to the name of the file that has it ("": the program).
 * NULL: there is none. */
void *symbols_next(const char *name, const char *provider, const char **object);
void *symbols_first(const char *name, const char *provider, const char **object);

/* The definition that the object with this soname has by itself, whoever comes before it; NULL:
 * none. */
void *symbols_of(const char *name, const char *soname);

/* The path by which the loader opened this library; NULL: not known. */
const char *symbols_own_file(void);

/* Is there a list of objects to search?  Not with another C library. */
bool symbols_usable(void);

#endif
