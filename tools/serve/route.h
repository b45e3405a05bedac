/* SPDX-License-Identifier: Apache-2.0
 *
 * What a path means.
 */
#ifndef MEMPROF_TOOLS_SERVE_ROUTE_H
#define MEMPROF_TOOLS_SERVE_ROUTE_H

#include <stdbool.h>
#include <sys/types.h>

#include "tools/serve/wire.h"

enum route_lane { ROUTE_CENSUS, ROUTE_PROFILES };

struct route {
    const char *path; /* behind /debug/pprof/ for those of a process */
    enum work_kind kind;
    enum route_lane lane;
    const char *type; /* Content-Type */
    const char *file; /* what a client may call it; NULL: it is shown */
    bool takes_seconds;
    bool is_of_process;
    bool is_posted;   /* POST is right, too */
    const char *hint; /* why there is no such thing, though pprof asks for it; else NULL */
};

/* NULL: not found.  *pid is that of /PID/debug/pprof/..., else WORK_THE_ONE. */
const struct route *route_find(const char *path, pid_t *pid);

#endif
