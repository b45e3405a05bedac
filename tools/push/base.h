/* SPDX-License-Identifier: Apache-2.0
 *
 * What a process had counted when a server took the last push about it; the next push tells what
 * was allocated since.  It is kept in a file, so that a pusher that was restarted goes on from it.
 *
 * The file is a header and the counts by site number, in native byte order.  While a push is under
 * way `in_flight` is set in the file: who finds it set cannot know whether the push was taken.
 */
#ifndef MEMPROF_TOOLS_PUSH_BASE_H
#define MEMPROF_TOOLS_PUSH_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "collector/counts.h"
#include "collector/state/header.h"

struct push_base {
    struct push_base_of { /* whose it is */
        uint32_t pid;
        uint64_t pid_namespace, start_ns, seed;
    } of;
    int64_t accepted_s; /* CLOCK_REALTIME: the next push is about what comes from then on */
    uint64_t ambiguous; /* pushes that may have been taken twice */
    bool in_flight;
    struct counts counts;
};

/* Whose state it is. */
struct push_base_of push_base_of(const struct state_info *info);

/* Everything that was allocated since the process began is to be pushed. */
void push_base_begin(struct push_base *base, const struct push_base_of *of, int64_t from_s);
void push_base_deinit(struct push_base *base);
/* The counts become those of the base, and none are left behind.  What was in use then is
 * forgotten: it is told as it is, not as a difference. */
void push_base_move(struct push_base *base, struct counts *counts, int64_t accepted_s);
/* Bytes allocated between the base and the counts. */
uint64_t push_base_bytes_since(const struct push_base *base, const struct counts *counts);

/* ---- its file ---- */

/* The caller frees it; NULL: no memory. */
unsigned char *push_base_encode(const struct push_base *base, size_t *bytes);
/* NULL, or why these bytes are not the base of that process; `base` is begun. */
const char *push_base_decode(struct push_base *base, const unsigned char *text, size_t bytes,
                             const struct push_base_of *of);
/* Where in the file `in_flight` is, a uint32_t. */
size_t push_base_in_flight_offset(void);

#endif
