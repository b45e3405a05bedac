/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/schedule.h"

#define FIRST_MS 1000 /* of the backoff, doubled with each failure */

void push_schedule_init(struct push_schedule *schedule, int64_t now_ms, int64_t every_ms,
                        uint32_t most_samples, uint64_t random)
{
    *schedule = (struct push_schedule){
        .due_ms = now_ms + (int64_t)(random % (uint64_t)every_ms),
        .most_samples = most_samples,
    };
}

bool push_schedule_is_due(const struct push_schedule *schedule, const struct push_gate *gate,
                          int64_t now_ms)
{
    return now_ms >= schedule->due_ms && now_ms >= gate->not_before_ms;
}

enum push_window push_window_of(int64_t from_s, int64_t now_s)
{
    if (now_s < from_s)
        return from_s - now_s > PUSH_WINDOW_S ? PUSH_WINDOW_FAR_BACK : PUSH_WINDOW_BACK;
    if (now_s == from_s)
        return PUSH_WINDOW_EMPTY;
    return now_s - from_s > PUSH_WINDOW_S - PUSH_SLACK_S ? PUSH_WINDOW_TOO_LONG : PUSH_WINDOW_READY;
}

/* A random time up to a bound that doubles with each failure ("full jitter"), so that many who
 * were refused together do not come back together. */
static int64_t backoff_ms(unsigned failures, uint64_t random)
{
    int64_t bound = FIRST_MS;
    for (unsigned i = 0; i < failures && bound < PUSH_BACKOFF_MS; i++)
        bound *= 2;
    if (bound > PUSH_BACKOFF_MS)
        bound = PUSH_BACKOFF_MS;
    return (int64_t)(random % (uint64_t)(bound + 1));
}

/* Several pushes that were under way together fail together: that is one failure. */
static void fail(struct push_gate *gate, const struct push_outcome *outcome)
{
    if (gate->failures == 0 || outcome->started_ms >= gate->failed_ms) {
        gate->failures++;
        gate->failed_ms = outcome->now_ms;
    }
    int64_t wait_ms = backoff_ms(gate->failures, outcome->random);
    int64_t asked_ms = outcome->asked_ms < PUSH_ASKED_MS ? outcome->asked_ms : PUSH_ASKED_MS;
    if (wait_ms < asked_ms)
        wait_ms = asked_ms;
    if (gate->not_before_ms < outcome->now_ms + wait_ms)
        gate->not_before_ms = outcome->now_ms + wait_ms;
}

/* The next point of its rhythm that is still to come. */
static int64_t next_due(int64_t due_ms, int64_t now_ms, int64_t every_ms)
{
    int64_t late_ms = now_ms > due_ms ? now_ms - due_ms : 0;
    return due_ms + (late_ms / every_ms + 1) * every_ms;
}

static enum push_next refuse(struct push_schedule *schedule, struct push_gate *gate,
                             const struct push_outcome *outcome, int64_t every_ms)
{
    schedule->refused++;
    gate->refused++;
    gate->failures = 0; /* it answers */
    schedule->due_ms = next_due(schedule->due_ms, outcome->now_ms, every_ms);
    if (outcome->answer == PUSH_TOO_LARGE && schedule->most_samples > 1) {
        schedule->most_samples /= 2;
        schedule->due_ms = outcome->now_ms;
    }
    if (schedule->refused < PUSH_REFUSED_MOST)
        return gate->refused < 100 * PUSH_REFUSED_MOST ? PUSH_GOES_ON : PUSH_STOPS;
    return PUSH_GIVES_UP;
}

enum push_next push_schedule_take(struct push_schedule *schedule, struct push_gate *gate,
                                  const struct push_outcome *outcome, int64_t every_ms)
{
    schedule->failed++;
    switch (outcome->answer) {
    case PUSH_ACCEPTED:
        schedule->due_ms = next_due(schedule->due_ms, outcome->now_ms, every_ms);
        schedule->refused = schedule->failed = 0;
        gate->failures = gate->refused = 0;
        return PUSH_GOES_ON;
    case PUSH_TOO_LARGE:
    case PUSH_REFUSED:
        return refuse(schedule, gate, outcome, every_ms);
    case PUSH_FORBIDDEN:
        return PUSH_STOPS;
    case PUSH_LATER:
    case PUSH_LOST:
        break;
    }
    fail(gate, outcome);
    schedule->due_ms = outcome->now_ms; /* as soon as the gate opens */
    return PUSH_GOES_ON;
}
