/* SPDX-License-Identifier: Apache-2.0
 *
 * Which files the symbol worker may read: it asks by purpose, and the collector,
 * which parses nothing of them, opens and hands over.  What a request says is
 * trusted no more than the file it was made from.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_FILES_H
#define MEMPROF_COLLECTOR_SYMBOLS_FILES_H

#include "collector/base/open_regular.h"
#include "collector/state/module.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYMBOL_FILES_LARGE_BYTES (UINT64_C(32) << 20) /* of a file: each so many take longer */

struct debug_search {
    int root_pid; /* whose root directory to look into; 0: none */
    bool use_debuginfod;
    unsigned debuginfod_timeout_s;
};

enum symbol_file {
    SYMBOL_FILE_MODULE,          /* what was mapped */
    SYMBOL_FILE_BUILD_ID,        /* a debug file by its build id: bytes */
    SYMBOL_FILE_LINK,            /* a debug file by the name in .gnu_debuglink: bytes */
    SYMBOL_FILE_SERVER,          /* a debug file from a debuginfod server, by build id */
    SYMBOL_FILE_ALTERNATE,       /* what dwz shares, by the name in the module's file */
    SYMBOL_FILE_ALTERNATE_DEBUG, /* the same, by the name in the last debug file */
    SYMBOL_FILE_SPLIT,           /* a .dwo file by its path */
};

#define SYMBOL_FILE_BYTES_MAX 4096u

/* Files of one purpose are candidates, numbered from 0; the worker takes what fits. */
struct symbol_request {
    enum symbol_file file;
    uint32_t candidate, module;
    const char *bytes;
    uint32_t length;
};

enum symbol_answer_kind {
    SYMBOL_ANSWER_MISSING, /* this candidate; the next may be there */
    SYMBOL_ANSWER_FILE,    /* a descriptor comes with it */
    SYMBOL_ANSWER_NO_MORE,
};

struct symbol_answer {
    uint32_t kind;
    uint32_t extra_ms; /* the file is so large that the deadline is so much later */
    uint64_t device, inode, bytes;
    int64_t mtime_ns;
};

struct symbol_files {
    const struct module *modules;
    uint32_t module_count;
    const struct debug_search *search;
    struct process_root root;
    /* Where the last module and debug file were found. */
    struct symbol_place {
        char *path;
        bool is_in_root;
    } module, debug;
};

void symbol_files_init(struct symbol_files *files, const struct module *modules,
                       uint32_t module_count, const struct debug_search *search);
void symbol_files_deinit(struct symbol_files *files);
/* A descriptor, which is the caller's, or -1; the answer is filled in any case. */
int symbol_files_open(struct symbol_files *files, const struct symbol_request *request,
                      struct symbol_answer *answer);

#endif
