/* SPDX-License-Identifier: Apache-2.0
 *
 * The profile that is pushed: what was allocated since the base, and what is in use now.
 */
#ifndef MEMPROF_TOOLS_PUSH_PAYLOAD_H
#define MEMPROF_TOOLS_PUSH_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "collector/counts.h"
#include "collector/live_process.h"
#include "collector/profile/profile.h"
#include "tools/push/base.h"

struct payload_limits {
    uint32_t most_samples;
    uint64_t most_bytes; /* unpacked */
    bool hides_paths;
};

struct payload {
    unsigned char *bytes; /* gzip */
    size_t count;
    struct counts counts; /* that the next base is made of; none for a file */
    uint32_t samples;
    uint64_t unpacked_bytes;
    int64_t totals[PROFILE_VALUES];
};

/* Adds a comment for each push of this process that may have been taken twice, and for each byte
 * that no server took.  payload_deinit() it in any case. */
struct payload_remarks {
    uint64_t ambiguous, lost_bytes;
};
struct error *payload_of_process(struct payload *payload, struct live_process *process,
                                 struct symbol_workers *workers, const struct push_base *base,
                                 int64_t duration_s, const struct payload_limits *limits,
                                 const struct payload_remarks *remarks);
/* Of a profile, whose values must be our four, and not negative; what it says of the run and the
 * machine is left out. */
struct error *payload_of_profile(struct payload *payload, const struct profile *profile,
                                 const char *name, const struct payload_limits *limits);
void payload_deinit(struct payload *payload);

/* What it had counted at this moment, without a profile. */
struct error *payload_counts(struct counts *counts, struct live_process *process,
                             struct symbol_workers *workers);

#endif
