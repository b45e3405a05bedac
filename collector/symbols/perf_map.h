/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of generated code, as its makers leave them for perf in /tmp/perf-PID.map: a
 * line "START SIZE NAME" for each function, the numbers in hex.  Just-in-time compilers
 * write it (node --perf-basic-prof, agents of the JVM, LuaJIT), and a later line is a
 * later function at its address.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_PERF_MAP_H
#define MEMPROF_COLLECTOR_SYMBOLS_PERF_MAP_H

#include "collector/profile/profile.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PERF_MAP_BYTES_MAX (UINT64_C(256) << 20)
#define PERF_MAP_LINES_MAX UINT64_C(4000000)
#define PERF_MAP_NAME_MAX  1024u /* bytes of a name; the rest is left out */

/* Whose map it is. */
struct perf_map_query {
    uint32_t pid;      /* in its own pid namespace; 0: no map is looked for */
    int root_pid;      /* of the living process, whose root directory is looked into; 0: ours */
    uid_t owner;       /* whose the file has to be */
    uint64_t start_ns; /* when the process began: an older file is of one that had its pid before */
};

/* A descriptor of a map that may be believed; -1: there is none. */
int perf_map_open(const struct perf_map_query *query);

/* An address that wants a name. */
struct perf_map_address {
    uint64_t address;
    char *name; /* NULL: none was found; the caller frees it */
};

/* Reads a map and names what it covers; sorts `addresses`.  False: no memory. */
bool perf_map_read(int fd, struct perf_map_address *addresses, uint32_t count);

/* Gives the locations in no mapping, from the address `lowest` on, that have no lines yet
 * the names that the process's map has for them.  False: no memory. */
bool perf_map_apply(struct profile *profile, uint64_t lowest, const struct perf_map_query *query);

#endif
