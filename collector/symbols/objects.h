/* SPDX-License-Identifier: Apache-2.0
 *
 * The largest variables of a module, by name: objects in its .data and .bss.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_OBJECTS_H
#define MEMPROF_COLLECTOR_SYMBOLS_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define OBJECTS_MAX     200
#define OBJECT_NAME_MAX 232

struct object_symbol {
    uint64_t address, bytes; /* the address as the file has it */
    uint32_t is_bss, reserved;
    char name[OBJECT_NAME_MAX]; /* demangled; a longer one is cut */
};

struct objects {
    struct object_symbol *items; /* the largest first */
    uint32_t count;
    bool is_whole; /* a table of all symbols was there; else exported ones alone */
};

/* A process with no rights reads the file, and where its symbols were stripped the debug file that
 * has them, found by its build id in the root of process `pid` or in our own (files.h).  It becomes
 * `uid` and `gid` where we are root.  Takes the descriptor.  Empty where nothing can be read.
 * objects_deinit() them. */
void objects_read(struct objects *objects, int fd, int pid, uid_t uid, gid_t gid);
void objects_deinit(struct objects *objects);

#endif
