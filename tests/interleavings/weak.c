/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory as arm64 has it, for the code that weak_calls.c calls it for.
 *
 * A store waits until it is seen: in any order with the thread's other stores, but after all
 * before it if it is a release, after those before the last release fence, and after those to the
 * same place.  All other threads see it at once (arm64 is multi-copy atomic).  A load may give
 * an older value than the newest, as if it had been done early: any that was stored no earlier
 * than what the thread must have seen, which are its own stores, what it read of the same place,
 * and what was there when a value was stored that it read with acquire, or before an acquire
 * fence.  What reads and writes in one reads the newest.
 *
 * That is more than arm64 does in one thing: an address that was loaded orders nothing here.  It
 * is less in two others: no load is done after a later store, and what reads and writes in one is
 * seen before all that the thread does later.
 *
 * Plain accesses are delayed, too.  A plain store is seen when a store that must come after it
 * is, or else when its thread ends: as late as can be, which is the worst.
 */
#include "tests/interleavings/weak.h"
#include "tests/interleavings/explore.h"
#include "tests/interleavings/memory.h"
#include "tests/interleavings/weak_history.h"
#include "tests/interleavings/weak_memory.h"

#include <stddef.h>
#include <string.h>

#define PENDING 192u

struct pending {
    char *at;
    uint64_t value, under; /* under: what others see, while its thread runs */
    uint32_t size;
    uint32_t needs; /* so many of those before it must be seen first */
    bool is_plain, is_known;
};

static struct weak_thread {
    struct pending pending[PENDING];
    uint32_t count, fence; /* fence: as many came before the last release fence */
    uint32_t view, read;   /* it sees all that is as old as view; the newest that it read */
    char *load_at;         /* it stands at a load of this */
    uint32_t load_size, chosen;
    char *drain_at; /* it stands until its own stores to this are seen; or all of them */
    uint32_t drain_size;
    bool drain_all;
    uint32_t changed_size; /* of a plain load that did not give the newest; 0: none */
    char *changed_at;
    uint64_t newest;
} threads[EXPLORE_THREADS] __attribute__((aligned(4096)));

static int running = -1;

static uint64_t get(const char *at, uint32_t size)
{
    uint64_t value = 0;
    memcpy(&value, at, size);
    return value;
}
static void put(char *at, uint32_t size, uint64_t value)
{
    memcpy(at, &value, size);
}

static bool is_own(const struct weak_thread *t, const char *at, uint32_t size)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (history_overlaps(t->pending[i].at, t->pending[i].size, at, size))
            return true;
    return false;
}

static unsigned values_of(int thread, const char *at, uint32_t size)
{
    const struct weak_thread *t = &threads[thread];
    return is_own(t, at, size) ? 1 : history_values(thread, t->view, at, size);
}

static void has_read(struct written *w, bool acquire)
{
    struct weak_thread *t = &threads[running];
    if (!w)
        return;
    w->seen_by |= 1u << running;
    if (w->time > t->read)
        t->read = w->time;
    if (acquire && w->time > t->view)
        t->view = w->time;
}

/* --- stores that wait --- */

static void add_pending(char *at, uint32_t size, uint64_t value, bool is_plain, bool release)
{
    struct weak_thread *t = &threads[running];
    if (t->count == PENDING)
        explore_fail("more stores wait than the explorer keeps");
    for (uint32_t i = 0; i < t->count; i++) {
        struct pending *p = &t->pending[i];
        if (!p->is_known && history_overlaps(p->at, p->size, at, size)) {
            p->value = get(p->at, p->size);
            p->is_known = true;
        }
    }
    t->pending[t->count] = (struct pending){
        at, value, get(at, size), size, release ? t->count : t->fence, is_plain, !is_plain};
    t->count++;
}

void weak_enter(int thread)
{
    struct weak_thread *t = &threads[thread];
    running = thread;
    for (uint32_t i = 0; i < t->count; i++) {
        struct pending *p = &t->pending[i];
        p->under = get(p->at, p->size);
        put(p->at, p->size, p->value);
    }
}

/* The plain load before has been done. */
static void put_newest_back(struct weak_thread *t)
{
    if (t->changed_size)
        put(t->changed_at, t->changed_size, t->newest);
    t->changed_at = NULL;
    t->newest = t->changed_size = 0;
}

void weak_leave(int thread)
{
    struct weak_thread *t = &threads[thread];
    running = -1;
    put_newest_back(t);
    for (uint32_t i = t->count; i-- > 0;) {
        struct pending *p = &t->pending[i];
        if (!p->is_known)
            p->value = get(p->at, p->size);
        p->is_known = true;
        put(p->at, p->size, p->under);
        p->under = 0;
    }
}

static bool comes_before(const struct weak_thread *t, uint32_t i, uint32_t n)
{
    const struct pending *p = &t->pending[i], *q = &t->pending[n];
    return i < q->needs || history_overlaps(p->at, p->size, q->at, q->size);
}

/* Plain ones go with what comes after them. */
static bool may_be_next(const struct weak_thread *t, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!t->pending[i].is_plain && comes_before(t, i, n))
            return false;
    return !t->pending[n].is_plain;
}

unsigned weak_commits(int thread)
{
    const struct weak_thread *t = &threads[thread];
    unsigned count = 0;
    for (uint32_t n = 0; n < t->count; n++)
        count += may_be_next(t, n);
    return count;
}

static void make_seen(int thread, uint32_t n)
{
    struct weak_thread *t = &threads[thread];
    struct pending p = t->pending[n];
    history_add(p.at, p.size, p.value, get(p.at, p.size), thread);
    put(p.at, p.size, p.value);
    t->count--;
    memmove(&t->pending[n], &t->pending[n + 1], (t->count - n) * sizeof(struct pending));
    memset(&t->pending[t->count], 0, sizeof(struct pending));
    for (uint32_t i = n; i < t->count; i++)
        t->pending[i].needs -= t->pending[i].needs > n;
    t->fence -= t->fence > n;
}

void weak_commit(int thread, unsigned n)
{
    struct weak_thread *t = &threads[thread];
    uint32_t at = 0;
    while (!may_be_next(t, at) || n-- > 0)
        at++;
    for (uint32_t i = 0; i < at;) {
        if (!comes_before(t, i, at)) {
            i++;
            continue;
        }
        make_seen(thread, i);
        at--;
    }
    make_seen(thread, at);
}

/* Others have not seen a store of its own that is not plain: to this, or NULL: to anything. */
static bool has_waiting(const struct weak_thread *t, const char *at, uint32_t size)
{
    for (uint32_t i = 0; i < t->count; i++) {
        const struct pending *p = &t->pending[i];
        if (!p->is_plain && (!at || history_overlaps(p->at, p->size, at, size)))
            return true;
    }
    return false;
}

bool weak_is_drained(int thread)
{
    return !has_waiting(&threads[thread], NULL, 0);
}

bool weak_can_run(int thread)
{
    const struct weak_thread *t = &threads[thread];
    if (t->drain_all)
        return !has_waiting(t, NULL, 0);
    return !t->drain_at || !has_waiting(t, t->drain_at, t->drain_size);
}

/* All are plain. */
static void make_all_seen(int thread)
{
    while (threads[thread].count)
        make_seen(thread, 0);
}

void weak_told(int thread)
{
    threads[thread].view = history_now();
}

unsigned weak_values(int thread)
{
    const struct weak_thread *t = &threads[thread];
    return t->load_at ? values_of(thread, t->load_at, t->load_size) : 1;
}

void weak_choose(int thread, unsigned value)
{
    threads[thread].chosen = value;
}

void weak_settle(const bool *is_done)
{
    uint32_t views[EXPLORE_THREADS];
    for (int thread = 0; thread < EXPLORE_THREADS; thread++) {
        if (is_done[thread] && weak_is_drained(thread))
            make_all_seen(thread);
        views[thread] = is_done[thread] ? HISTORY_NOBODY : threads[thread].view;
    }
    history_forget(views);
    for (int thread = 0; thread < EXPLORE_THREADS; thread++) {
        struct weak_thread *t = &threads[thread];
        t->view = is_done[thread] ? 0 : history_renumbered(t->view);
        t->read = is_done[thread] ? 0 : history_renumbered(t->read);
    }
    history_renumber();
}

bool weak_delays(void)
{
    return true;
}

void weak_begin(void)
{
    memory_track(threads, sizeof threads);
    history_begin();
}

/* --- what a thread does --- */

static bool is_ours(const char *at)
{
    return running >= 0 && explore_is_tracked(at);
}

uint64_t weak_load(char *at, uint32_t size, enum weak_order order)
{
    if (!is_ours(at))
        return get(at, size);
    struct weak_thread *t = &threads[running];
    put_newest_back(t);
    t->load_at = at;
    t->load_size = size;
    explore_access(at, false);
    struct written *w = is_own(t, at, size) ? NULL : history_newest(at, size, t->chosen);
    t->load_at = NULL;
    t->load_size = t->chosen = 0;
    has_read(w, order != WEAK_RELAXED);
    return w ? w->value : get(at, size);
}

void weak_store(char *at, uint32_t size, uint64_t value, enum weak_order order)
{
    if (is_ours(at)) {
        put_newest_back(&threads[running]);
        explore_note(at, true);
        if (explore_is_shared(at))
            add_pending(at, size, value, false, order != WEAK_RELAXED);
    }
    put(at, size, value);
}

void weak_begin_update(char *at, uint32_t size, enum weak_order order)
{
    if (!is_ours(at))
        return;
    int thread = running;
    struct weak_thread *t = &threads[thread];
    put_newest_back(t);
    explore_note(at, true);
    if (!explore_is_shared(at))
        return;
    t->drain_at = at;
    t->drain_size = size;
    t->drain_all = order == WEAK_RELEASE || order >= WEAK_ACQ_REL;
    explore_step();
    bool all = t->drain_all;
    t->drain_at = NULL;
    t->drain_size = 0;
    t->drain_all = false;
    if (!all || t->count == 0)
        return;
    weak_leave(thread);
    make_all_seen(thread);
    weak_enter(thread);
}

void weak_end_update(char *at, uint32_t size, uint64_t before, enum weak_order order)
{
    if (!is_ours(at) || !explore_is_shared(at))
        return;
    has_read(history_newest(at, size, 0), order == WEAK_ACQUIRE || order >= WEAK_ACQ_REL);
    if (get(at, size) != before)
        history_add(at, size, get(at, size), before, running);
}

void weak_plain_read(char *at, uint32_t size)
{
    if (!is_ours(at))
        return;
    struct weak_thread *t = &threads[running];
    put_newest_back(t);
    explore_note(at, false);
    if (!explore_is_shared(at) || values_of(running, at, size) == 1)
        return;
    t->load_at = at;
    t->load_size = size;
    explore_step();
    struct written *w = is_own(t, at, size) ? NULL : history_newest(at, size, t->chosen);
    has_read(w, false);
    if (w && t->chosen) {
        t->changed_at = at;
        t->changed_size = size;
        t->newest = get(at, size);
        put(at, size, w->value);
    }
    t->load_at = NULL;
    t->load_size = t->chosen = 0;
}

void weak_plain_write(char *at, uint32_t size)
{
    if (!is_ours(at))
        return;
    put_newest_back(&threads[running]);
    explore_note(at, true);
    if (explore_is_shared(at))
        add_pending(at, size, 0, true, false);
}

void weak_fence(enum weak_order order)
{
    if (running < 0)
        return;
    struct weak_thread *t = &threads[running];
    put_newest_back(t);
    if (order == WEAK_SEQ_CST)
        explore_fail("the explorer knows no such fence");
    if (order == WEAK_RELEASE || order == WEAK_ACQ_REL)
        t->fence = t->count;
    if (order != WEAK_RELEASE && t->read > t->view)
        t->view = t->read;
}
