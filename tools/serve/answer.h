/* SPDX-License-Identifier: Apache-2.0
 *
 * What came of a job: referred to by all exchanges that show it.
 */
#ifndef MEMPROF_TOOLS_SERVE_ANSWER_H
#define MEMPROF_TOOLS_SERVE_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "tools/serve/wire.h"

struct answer {
    unsigned references;
    struct work_result result;
    int fd; /* -1: it has no body */
    size_t bytes;
    uint64_t generation; /* of the worker that gave it: a mark is valid in that one alone */
};

/* Takes the descriptor over.  NULL: no memory, or not what a worker sends. */
struct answer *answer_create(const struct work_result *result, int fd, uint64_t generation);
void answer_release(struct answer *answer);

#endif
