/* SPDX-License-Identifier: Apache-2.0
 *
 * A line on stderr that says how far a slow operation is.  It appears after a second, on a
 * terminal only, and is erased at the end.
 */
#ifndef MEMPROF_TOOLS_PROGRESS_H
#define MEMPROF_TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what; /* "reading debug information" */
    uint64_t start_ns, shown_ns;
    bool is_shown;
};

void progress_begin(struct progress *progress, const char *what);
/* `context` is the struct progress; the collector's callback. */
void progress_step(void *context, uint64_t done, uint64_t total);
/* Erases the line, if it was shown. */
void progress_end(struct progress *progress);

#endif
