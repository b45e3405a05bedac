/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known of a run beside the values of its sites: from the comments of its profile, from
 * the peak's profile, and from stat.json.
 */
#ifndef MEMPROF_TOOLS_DIFF_SIDE_RUN_H
#define MEMPROF_TOOLS_DIFF_SIDE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "collector/profile/profile.h"
#include "tools/inputs.h"

/* Of which moment the values are. */
enum side_view { SIDE_VIEW_END, SIDE_VIEW_PEAK, SIDE_VIEW_DIFFERENCE };

struct side_run {
    const struct input *input;
    char *program; /* name of its executable's file; "" where it is not known; owned */
    bool is_exact; /* it recorded every allocation */
    enum side_view view;
    double peak[2];       /* the most that was in use: objects, bytes; NAN: not recorded */
    double operations;    /* NAN: not known */
    double lost;          /* share of its events */
    uint64_t exit_status; /* of its program, as far as it is known; else 0 */
};

/* side_run_deinit() it in any case. */
struct error *side_run_init(struct side_run *run, const struct input *input,
                            const struct profile *profile);
void side_run_deinit(struct side_run *run);

#endif
