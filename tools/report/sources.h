/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of source files that a report shows: those that allocate, with some around them.
 */
#ifndef MEMPROF_TOOLS_REPORT_SOURCES_H
#define MEMPROF_TOOLS_REPORT_SOURCES_H

#include "collector/base/error.h"
#include "tools/report/tree.h"

#define SOURCES_BYTES_MOST (2u << 20)

/* FROM=TO of --source-map: a name that begins with `from` begins with `to` instead. */
struct source_map {
    const char *from; /* `length` bytes of it */
    size_t length;
    const char *to;
};

struct sources_options {
    bool is_off;             /* --no-sources */
    const char *directories; /* --sources, separated by colons; NULL: the current one */
    struct source_map *maps;
    size_t map_count;
};

struct source_block {
    uint32_t file; /* string of the tree */
    uint32_t first, count;
    char *text; /* owned; each line ends with \n */
};

struct report_sources {
    PROFILE_POOL(struct source_block) blocks; /* by file and line */
    uint32_t shown, missing, younger; /* files: of which there are lines; that are not to be found;
                                         that were changed after the program was built */
    char *younger_name;               /* one of the last; NULL: none */
    bool is_cut;                      /* there was more than SOURCES_BYTES_MOST */
};

/* Looks for the files that the tree names.  `not_after_ns` is when the program was built, or
 * recorded, if that is not known: what was changed since is not what it was built from.  False: no
 * memory.  report_sources_deinit() them in any case. */
bool report_sources_read(struct report_sources *sources, const struct report_tree *tree,
                         const struct sources_options *options, uint64_t not_after_ns);
void report_sources_deinit(struct report_sources *sources);

#endif
