/* SPDX-License-Identifier: Apache-2.0
 *
 * The process that reads symbols, as the collector sees it: started, given more
 * memory and time for large files, ended.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_CHILD_H
#define MEMPROF_COLLECTOR_SYMBOLS_CHILD_H

#include "collector/symbols/worker.h"

#include <stdbool.h>
#include <sys/types.h>

struct symbol_child {
    pid_t pid;
    int fd;              /* the socket to it */
    uint64_t heap_bytes; /* it may have: RLIMIT_DATA */
};

/* Does the tasks from `first` on.  False: there can be no child now. */
bool symbol_child_start(struct symbol_child *child, const struct symbol_work *work, uint32_t first);
/* It was handed a file of so many bytes and may take so much longer. */
void symbol_child_allow(struct symbol_child *child, uint64_t file_bytes, uint64_t extra_ms);
/* Waits for its end, which is made certain. */
void symbol_child_end(struct symbol_child *child);

#endif
