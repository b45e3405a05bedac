/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/traffic.h"

#include <stdio.h>
#include <sys/wait.h>

#include "collector/base/clock.h"

#define CENSUS       0u
#define FIRST_QUICK  1u
#define OTHER(quick) (3u - (quick))

struct traffic traffic_none(void)
{
    struct traffic traffic = {.quick = FIRST_QUICK};
    for (unsigned i = 0; i < TRAFFIC_LANES; i++)
        traffic.lanes[i].fd = traffic.lanes[i].silence.fd = -1;
    return traffic;
}

struct error *traffic_init(struct traffic *traffic, const char *const *arguments)
{
    struct error *error = NULL;
    *traffic = traffic_none();
    for (unsigned i = 0; i < TRAFFIC_LANES && !error; i++)
        error = lane_init(&traffic->lanes[i], arguments);
    return error;
}

void traffic_deinit(struct traffic *traffic)
{
    for (unsigned i = 0; i < TRAFFIC_LANES; i++)
        lane_deinit(&traffic->lanes[i]);
}

static bool is_slow(const struct traffic *traffic, int32_t pid)
{
    int64_t now = clock_now_ms();
    for (unsigned i = 0; i < TRAFFIC_SLOW; i++)
        if (traffic->slow[i].pid == pid && now < traffic->slow[i].until_ms)
            return true;
    return false;
}

struct lane *traffic_lane(struct traffic *traffic, enum route_lane of, int32_t pid)
{
    if (of == ROUTE_CENSUS)
        return &traffic->lanes[CENSUS];
    return &traffic->lanes[is_slow(traffic, pid) ? OTHER(traffic->quick) : traffic->quick];
}

void traffic_note_slow(struct traffic *traffic, int32_t pid)
{
    if (is_slow(traffic, pid))
        return;
    traffic->slow[traffic->next_slow].pid = pid;
    traffic->slow[traffic->next_slow].until_ms = clock_now_ms() + TRAFFIC_SLOW_MS;
    traffic->next_slow = (traffic->next_slow + 1) % TRAFFIC_SLOW;
}

static bool may_move(void *context, const struct work *work)
{
    return !is_slow(context, work->pid);
}

/* Where the quick line is held up and the other one is free, they change places: those who have not
 * begun go on in the other. */
static void relieve(struct traffic *traffic)
{
    struct lane *held_up = &traffic->lanes[traffic->quick];
    struct lane *other = &traffic->lanes[OTHER(traffic->quick)];
    if (lane_busy_ms(held_up) < TRAFFIC_LONG_MS)
        return;
    traffic_note_slow(traffic, lane_busy_with(held_up));
    if (other->first)
        return;
    traffic->quick = OTHER(traffic->quick);
    lane_move(held_up, other, may_move, traffic);
}

/* What one worker has found to be silent holds up none of the others. */
static void leave_out(struct traffic *traffic, struct lane *lane)
{
    pid_t silent = silence_find(&lane->silence);
    if (silent == 0)
        return;
    fprintf(stderr,
            "memprof serve: process %d: its files did not answer for %d s, so it is left out\n",
            (int)silent, SILENCE_MS / 1000);
    for (unsigned i = 0; i < TRAFFIC_LANES; i++)
        silence_skip(&traffic->lanes[i].silence, silent);
    for (unsigned i = 0; i < TRAFFIC_LANES; i++)
        if (silence_stands_at(&traffic->lanes[i].silence, silent))
            lane_begin_anew(&traffic->lanes[i]);
}

void traffic_tick(struct traffic *traffic)
{
    while (waitpid(-1, NULL, WNOHANG) > 0) {
        /* A worker that has ended: the server has no other children. */
    }
    for (unsigned i = 0; i < TRAFFIC_LANES; i++) {
        leave_out(traffic, &traffic->lanes[i]);
        lane_tick(&traffic->lanes[i]);
    }
    relieve(traffic);
}
