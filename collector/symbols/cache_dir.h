/* SPDX-License-Identifier: Apache-2.0
 *
 * The directory of the symbol cache: MEMPROF_CACHE, else memprof in XDG_CACHE_HOME or
 * ~/.cache.  Private to one user, and never larger than a bound: files that were not used
 * for longest go first.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_CACHE_DIR_H
#define MEMPROF_COLLECTOR_SYMBOLS_CACHE_DIR_H

#include <stddef.h>
#include <stdint.h>

#define SYMBOL_CACHE_SUFFIX     ".symbols"
#define SYMBOL_CACHE_FILE_BYTES (UINT64_C(16) << 20)  /* a larger file is not read */
#define SYMBOL_CACHE_BYTES      (UINT64_C(256) << 20) /* all files together */

/* The directory, made if it is missing; -1: there is to be none, or it is not ours alone.
 * The caller closes it. */
int symbol_cache_dir_open(void);

/* A file that may be used: regular, ours, with one name; -1: none.  The caller closes it.
 * `flags` are those of open(2). */
int symbol_cache_dir_file(int directory, const char *name, int flags);

/* Removes the files that were not used for longest until the rest is below the bound. */
void symbol_cache_dir_bound(int directory);

/* Removes what was not used for that long; adds to *removed. */
void symbol_cache_dir_prune(uint64_t age_ns, size_t *removed);

#endif
