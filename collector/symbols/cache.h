/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that were found once are not looked for again: a file for each module in the
 * user's cache directory (cache_dir.h) keeps the lines of its addresses.
 *
 * A build id can be forged, and a debug file can be installed later.  So each file says
 * which files its names came from, as the worker asked for them one after the other
 * (files.h); it counts only while the same questions find the same files, by device,
 * inode, size and time.  Only modules with a build id are kept.  What is read is trusted no
 * more than any file: a wrong entry costs a name.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_CACHE_H
#define MEMPROF_COLLECTOR_SYMBOLS_CACHE_H

#include "collector/symbols/calls.h"
#include "collector/symbols/files.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct symbol_evidence;

struct symbol_cache {
    int directory; /* -1: nothing is recalled or kept */
    struct symbol_evidence *evidence;
    uint32_t evidence_count;
    bool *is_current; /* by module: its file is there and counts */
};

/* `owner` is whose modules these are: names are not shared between users. */
void symbol_cache_init(struct symbol_cache *cache, const struct symbol_files *files, uid_t owner);
void symbol_cache_deinit(struct symbol_cache *cache);

/* Gives the locations order[0 .. count) of a module the lines that are known, and moves those
 * that are not known, or from which chains of calls have to be searched, to the front; returns how
 * many these are, or UINT32_MAX: no memory. One that is known to have no name keeps no line. */
uint32_t symbol_cache_recall(struct symbol_cache *cache, struct symbol_files *files,
                             uint32_t module, struct symbol_calls *calls, uint32_t *order,
                             uint32_t count);

/* The worker asked for a file and was answered. */
void symbol_cache_note(struct symbol_cache *cache, const struct symbol_request *request,
                       const struct symbol_answer *answer);

/* Keeps what was found for order[0 .. count), which were not known.  Failing is silent. */
void symbol_cache_keep(struct symbol_cache *cache, const struct module *modules, uint32_t module,
                       const struct symbol_calls *calls, const uint32_t *order, uint32_t count);

#endif
