/* SPDX-License-Identifier: Apache-2.0
 *
 * FNV-1a: a hash that is the same everywhere and always, for what is written down.  Nothing may
 * depend on texts with the same one being hard to find.
 */
#ifndef MEMPROF_COLLECTOR_BASE_FNV_H
#define MEMPROF_COLLECTOR_BASE_FNV_H

#include <stdint.h>

#define FNV_BASIS UINT64_C(0xcbf29ce484222325)

/* Goes on with a text and its end. */
static inline uint64_t fnv_text(uint64_t hash, const char *text)
{
    do
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    while (*text++);
    return hash;
}

#endif
