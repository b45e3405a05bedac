/* SPDX-License-Identifier: Apache-2.0
 *
 * Which worker a request waits for.  What is said of all processes has one, profiles have two: a
 * process whose profile takes long, or ends the worker that makes it, waits in a line apart, where
 * it holds up only its like.
 */
#ifndef MEMPROF_TOOLS_SERVE_TRAFFIC_H
#define MEMPROF_TOOLS_SERVE_TRAFFIC_H

#include <stdint.h>

#include "tools/serve/lane.h"
#include "tools/serve/route.h"

#define TRAFFIC_LANES   3
#define TRAFFIC_LONG_MS 1000   /* a job that takes longer is one that takes long */
#define TRAFFIC_SLOW    64     /* processes that are remembered for that, */
#define TRAFFIC_SLOW_MS 600000 /* so long */

struct traffic {
    struct lane lanes[TRAFFIC_LANES]; /* the first: of all processes */
    unsigned quick;                   /* which of the others is for those that do not take long */
    struct {
        int32_t pid;
        int64_t until_ms;
    } slow[TRAFFIC_SLOW];
    unsigned next_slow;
};

/* Starts the workers. */
struct error *traffic_init(struct traffic *traffic, const char *const *arguments);
/* Good for one that traffic_init() was not called for, if it is traffic_none(). */
void traffic_deinit(struct traffic *traffic);
struct traffic traffic_none(void);

struct lane *traffic_lane(struct traffic *traffic, enum route_lane of, int32_t pid);
/* The process takes long, or a worker has died of it. */
void traffic_note_slow(struct traffic *traffic, int32_t pid);
/* Called at least once a second. */
void traffic_tick(struct traffic *traffic);

#endif
