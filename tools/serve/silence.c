/* SPDX-License-Identifier: Apache-2.0
 *
 * Either side may change the memory at any time.  Steps are released after the process and acquired
 * before it.
 */
#include "tools/serve/silence.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collector/base/clock.h"
#include "collector/state/liveness.h"

#define NEAR_NS UINT64_C(1000000000)

struct silence_page {
    struct roster_progress progress; /* the worker's */
    struct {
        _Atomic uint64_t began_ns; /* when the process began: its pid may be another's later */
        _Atomic int32_t pid;
    } skipped[SILENCE_SKIPPED]; /* the server's */
    _Atomic uint32_t count;     /* of all that were ever skipped; release, after the entry */
};

struct error *silence_init(struct silence *silence)
{
    *silence = (struct silence){.fd = memfd_create("memprof-silence", MFD_CLOEXEC)};
    void *page = MAP_FAILED;
    if (silence->fd >= 0 && ftruncate(silence->fd, sizeof *silence->page) == 0)
        page =
            mmap(NULL, sizeof *silence->page, PROT_READ | PROT_WRITE, MAP_SHARED, silence->fd, 0);
    if (page == MAP_FAILED)
        return error_create_errno(errno, "cannot start a worker");
    silence->page = page;
    return NULL;
}

void silence_deinit(struct silence *silence)
{
    if (silence->page)
        munmap(silence->page, sizeof *silence->page);
    if (silence->fd >= 0)
        close(silence->fd);
    *silence = (struct silence){.fd = -1};
}

void silence_begin(struct silence *silence)
{
    if (silence->page)
        atomic_store_explicit(&silence->page->progress.process, 0, memory_order_relaxed);
}

pid_t silence_find(struct silence *silence)
{
    if (!silence->page)
        return 0;
    uint64_t steps = atomic_load_explicit(&silence->page->progress.steps, memory_order_acquire);
    pid_t pid = atomic_load_explicit(&silence->page->progress.process, memory_order_relaxed);
    int64_t now = clock_now_ms();
    if (pid == 0 || steps != silence->steps)
        silence->since_ms = now;
    silence->steps = steps;
    return now - silence->since_ms > SILENCE_MS ? pid : 0;
}

bool silence_stands_at(const struct silence *silence, pid_t pid)
{
    return silence->page &&
           atomic_load_explicit(&silence->page->progress.process, memory_order_relaxed) == pid;
}

void silence_skip(struct silence *silence, pid_t pid)
{
    if (!silence->page)
        return;
    uint32_t count = atomic_load_explicit(&silence->page->count, memory_order_relaxed);
    uint32_t at = count % SILENCE_SKIPPED;
    atomic_store_explicit(&silence->page->skipped[at].pid, pid, memory_order_relaxed);
    atomic_store_explicit(&silence->page->skipped[at].began_ns, live_began_ns(pid),
                          memory_order_relaxed);
    atomic_store_explicit(&silence->page->count, count + 1, memory_order_release);
}

/* It is counted back from now, and so never quite the same. */
static bool is_near(uint64_t left_ns, uint64_t right_ns)
{
    return left_ns - right_ns + NEAR_NS <= 2 * NEAR_NS;
}

struct silence_page *silence_open(int fd)
{
    void *page = mmap(NULL, sizeof(struct silence_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return page == MAP_FAILED ? NULL : page;
}

void silence_watch(struct silence_page *page, struct roster_options *options, pid_t *skipped)
{
    if (!page)
        return;
    uint32_t count = atomic_load_explicit(&page->count, memory_order_acquire);
    options->progress = &page->progress;
    options->skipped = skipped;
    options->skipped_count = 0;
    for (uint32_t i = 0; i < count && i < SILENCE_SKIPPED; i++) {
        pid_t pid = atomic_load_explicit(&page->skipped[i].pid, memory_order_relaxed);
        uint64_t began = atomic_load_explicit(&page->skipped[i].began_ns, memory_order_relaxed);
        if (pid > 0 && is_near(live_began_ns(pid), began))
            skipped[options->skipped_count++] = pid;
    }
}

void silence_note(struct silence_page *page, pid_t pid)
{
    if (!page)
        return;
    atomic_store_explicit(&page->progress.process, pid, memory_order_relaxed);
    atomic_fetch_add_explicit(&page->progress.steps, 1, memory_order_release);
}
