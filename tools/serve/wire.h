/* SPDX-License-Identifier: Apache-2.0
 *
 * What the server and its workers say to each other, over a socket pair.  A worker reads
 * states, which others wrote; so the server believes no length and no text of a result.
 */
#ifndef MEMPROF_TOOLS_SERVE_WIRE_H
#define MEMPROF_TOOLS_SERVE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

enum work_kind {
    WORK_METRICS, /* of all processes */
    WORK_JSON,    /* likewise */
    WORK_INDEX,   /* likewise, as a page */
    WORK_HEAP,    /* a profile of one process */
    WORK_ALLOCS,  /* the same; alloc_space is what is shown first */
    WORK_PEAK,    /* of the moment when the most was in use */
    WORK_TEXT,    /* pprof's text form of a heap profile */
    WORK_MARK,    /* remember the counts of this moment */
    WORK_FORGET,  /* the mark is not needed any more; has no result */
    WORK_DELTA,   /* what has changed since the mark */
    WORK_DELTA_ALLOCS,
    WORK_DELTA_HEAP, /* what was allocated since the mark, and what is in use now */
    WORK_CMDLINE,    /* arguments, each followed by a NUL */
    WORK_SYMBOL,     /* names of addresses; the input has them as pprof sends them */
    WORK_PPROF,      /* the page with the links to a process's profiles */
};

#define WORK_THE_ONE 0 /* as a pid: there must be one process alone */

struct work {
    uint64_t id;
    uint32_t kind;
    int32_t pid;
    uint64_t mark;  /* of WORK_FORGET, WORK_DELTA, WORK_DELTA_HEAP */
    bool has_input; /* a descriptor comes with it */
};

struct work_result {
    uint64_t id;
    uint32_t status;   /* HTTP's; what is not 200 has a line of text */
    uint32_t has_body; /* a descriptor of a file in memory comes with it */
    uint32_t pid;      /* of the process that it is about; 0: of several */
    uint64_t ended_ns; /* CLOCK_REALTIME when the process was seen to be gone; 0: it runs */
    uint64_t mark;     /* of WORK_MARK */
};

/* Sends `bytes` and a descriptor (-1: none), which stays the caller's.  False: the other side
 * is gone. */
bool wire_send(int socket, const void *message, unsigned bytes, int fd);
/* 1: a message of just that length was read, and *fd is the caller's (-1: none came with it);
 * 0: there is none yet, on a socket that does not block; -1: the other side is gone. */
int wire_receive(int socket, void *message, unsigned bytes, int *fd);

#endif
