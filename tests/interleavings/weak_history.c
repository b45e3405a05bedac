/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/interleavings/weak_history.h"
#include "tests/interleavings/explore.h"
#include "tests/interleavings/memory.h"

#include <string.h>

#define WRITES 256u

static struct history {
    struct written writes[WRITES]; /* oldest first */
    uint32_t count, now;
} history __attribute__((aligned(4096)));

void history_begin(void)
{
    memory_track(&history, sizeof history);
}

uint32_t history_now(void)
{
    return history.now;
}

bool history_overlaps(const char *a, uint32_t a_size, const char *b, uint32_t b_size)
{
    return a < b + b_size && b < a + a_size;
}

void history_add(char *at, uint32_t size, uint64_t value, uint64_t before, int thread)
{
    bool has_any = false;
    for (uint32_t i = 0; i < history.count; i++) {
        const struct written *w = &history.writes[i];
        has_any |= w->at == at;
        if (history_overlaps(w->at, w->size, at, size) && (w->at != at || w->size != size))
            explore_fail("%p is stored to in pieces", (void *)at);
    }
    if (history.count + 2 > WRITES)
        explore_fail("more is written than the explorer remembers");
    if (!has_any) {
        memmove(&history.writes[1], &history.writes[0], history.count * sizeof(struct written));
        history.writes[0] = (struct written){.at = at, .value = before, .size = size};
        history.count++;
    }
    history.writes[history.count++] =
        (struct written){at, value, size, ++history.now, 1u << thread};
}

static bool is_of(const struct written *w, const char *at, uint32_t size)
{
    return w->at == at && w->size == size;
}

/* The oldest that a thread may still read of a place; -1: there is but what memory has. */
static int oldest_for(int thread, uint32_t view, const char *at, uint32_t size)
{
    int oldest = -1;
    for (uint32_t i = 0; i < history.count; i++) {
        const struct written *w = &history.writes[i];
        if (is_of(w, at, size) &&
            (oldest < 0 || w->time <= view || (w->seen_by & 1u << thread) != 0))
            oldest = (int)i;
    }
    return oldest;
}

struct written *history_newest(const char *at, uint32_t size, unsigned n)
{
    for (uint32_t i = history.count; i-- > 0;)
        if (is_of(&history.writes[i], at, size) && n-- == 0)
            return &history.writes[i];
    return NULL;
}

unsigned history_values(int thread, uint32_t view, const char *at, uint32_t size)
{
    unsigned count = 0;
    int oldest = oldest_for(thread, view, at, size);
    for (uint32_t i = (uint32_t)oldest; oldest >= 0 && i < history.count; i++)
        count += is_of(&history.writes[i], at, size);
    return count ? count : 1;
}

/* --- after each step --- */

static bool can_be_read(uint32_t n, const uint32_t *views)
{
    const struct written *w = &history.writes[n];
    for (int thread = 0; thread < EXPLORE_THREADS; thread++)
        if (views[thread] != HISTORY_NOBODY &&
            oldest_for(thread, views[thread], w->at, w->size) <= (int)n)
            return true;
    return false;
}

/* Every thread reads this one, and to do so with acquire tells none anything new. */
static bool is_what_memory_has(uint32_t n, const uint32_t *views)
{
    for (uint32_t i = 0; i < history.count; i++)
        if (i != n && history.writes[i].at == history.writes[n].at)
            return false;
    for (int thread = 0; thread < EXPLORE_THREADS; thread++)
        if (views[thread] < history.writes[n].time)
            return false;
    return true;
}

static void forget(uint32_t n)
{
    history.count--;
    memmove(&history.writes[n], &history.writes[n + 1],
            (history.count - n) * sizeof(struct written));
    memset(&history.writes[history.count], 0, sizeof(struct written));
}

/* What was there from the start is in the order of the places. */
static void sort_first(void)
{
    uint32_t count = 0;
    for (uint32_t n = 0; n < history.count; n++) {
        struct written w = history.writes[n];
        if (w.time != 0)
            continue;
        uint32_t to = count++;
        for (; to > 0 && history.writes[to - 1].at > w.at; to--)
            ;
        memmove(&history.writes[to + 1], &history.writes[to], (n - to) * sizeof w);
        history.writes[to] = w;
    }
}

void history_forget(const uint32_t *views)
{
    for (uint32_t n = history.count; n-- > 0;)
        if (!can_be_read(n, views))
            forget(n);
    for (uint32_t n = history.count; n-- > 0;)
        if (is_what_memory_has(n, views))
            forget(n);
    sort_first();
}

uint32_t history_renumbered(uint32_t time)
{
    uint32_t number = 0;
    for (uint32_t i = 0; i < history.count; i++)
        number += history.writes[i].time != 0 && history.writes[i].time <= time;
    return number;
}

void history_renumber(void)
{
    history.now = 0;
    for (uint32_t i = 0; i < history.count; i++)
        if (history.writes[i].time != 0)
            history.writes[i].time = ++history.now;
}
