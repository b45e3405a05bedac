/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the worker share: addresses of one module that names are looked up for at
 * once.  Without memory the process ends.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_WORKER_BATCH_H
#define MEMPROF_COLLECTOR_SYMBOLS_WORKER_BATCH_H

#include "collector/symbols/debug_file.h"
#include "collector/symbols/job.h"
#include "collector/symbols/pipe.h"
#include "collector/symbols/symbols.h"

/* The lines of an address that are kept. */
struct kept_lines {
    struct symbol_line *lines;
    uint32_t count;
};

/* Ascending addresses of one module, as the file has them. */
struct batch {
    const uint64_t *addresses; /* borrowed */
    struct symbol *symbols;
    uint64_t *starts;  /* of the functions, as unwind tables have them; 0: not known */
    uint64_t *entries; /* likewise, as debug information has them */
    bool *is_told;
    struct kept_lines *kept; /* lines are kept here instead of told; NULL: they are locations' */
    uint32_t count;
};

/* Where names come from. */
struct sources {
    struct image *module, debug, packed;
    const struct image *dwarf; /* NULL: there is none, or it is not wanted */
    bool has_debug;
};

struct worker {
    struct symbol_writer writer;
    /* Of the job at hand. */
    const struct symbol_job *job;
    struct profile *functions; /* what was told already: an index of strings and functions */
    uint32_t told;             /* functions */
    uint32_t done;             /* locations */
    int64_t deadline_ms;       /* put off when a file is large */
    /* Of the module at hand. */
    const struct symbol_task *task;
    const struct module *module;
    uint32_t first; /* number of its first address in the job */
    struct debug_source source;
    struct batch batch;
};

_Noreturn void worker_give_up(void);
/* Whether there is time left; of struct worker. */
bool worker_go_on(void *context);

void worker_batch_init(struct batch *batch, const uint64_t *addresses, uint32_t count);
void worker_batch_deinit(struct batch *batch);
/* The names of the batch at hand, told or kept. */
void worker_look_up(struct worker *worker, struct sources *sources);

#endif
