/* SPDX-License-Identifier: Apache-2.0
 *
 * What a report shows the same program at: its end (or now), its peak, snapshots of it, and the
 * base that it is compared with; and how much was in use over time.
 */
#ifndef MEMPROF_TOOLS_REPORT_VIEWS_H
#define MEMPROF_TOOLS_REPORT_VIEWS_H

#include "collector/base/error.h"
#include "collector/profile/profile.h"
#include "tools/inputs.h"
#include "tools/report/timeline.h"

/* The first is always there; --base is the last, if it was given. */
enum report_view_kind { VIEW_END, VIEW_PEAK, VIEW_SNAPSHOT, VIEW_BASE };
extern const char *const report_view_names[];

struct report_view {
    enum report_view_kind kind;
    char *name;              /* the file's, or the process's as it was typed; owned */
    struct profile *profile; /* owned; cleaned, without what it says to leave out */
};

struct report_views {
    PROFILE_POOL(struct report_view) items;
    struct report_timeline timeline;
    bool is_process; /* that runs */
    bool is_state;   /* that a process left */
    uint64_t pid;
};

/* Reads what was asked for, and what lies beside it.  `base` may be NULL.  report_views_deinit()
 * them in any case. */
struct error *report_views_read(struct report_views *views, const struct inputs *inputs,
                                const struct inputs *base);
void report_views_deinit(struct report_views *views);

#endif
