/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/shim/host.h"
#include "preload/process/config.h"
#include "preload/process/modules.h"
#include "preload/process/prepare.h"
#include "preload/process/start.h"
#include "preload/process/start_phase.h"
#include "preload/process/state_file.h"
#include "preload/process/thread.h"

#include <stdio.h>
#include <stdlib.h>

_Atomic uint32_t start_phase = START_DONE;

bool start_step(uintptr_t pc)
{
    (void)pc;
    return false;
}

void host_configure(const char *interval)
{
    static char dir[4096], given[64];
    const char *from = getenv("MEMPROF_DIR");
    char *envp[] = {dir, given, "MEMPROF_SEED=1", "MEMPROF_COLLECTOR=none", NULL};
    snprintf(dir, sizeof dir, "MEMPROF_DIR=%s", from ? from : "/tmp/memprof-shim-tests");
    snprintf(given, sizeof given, "MEMPROF_INTERVAL=%s", interval);
    config_init(NULL, envp);
    modules_init();
    thread_init();
    if (!config.enabled || !process_init()) {
        fprintf(stderr, "cannot start\n");
        exit(1);
    }
}

void host_start(const char *interval)
{
    host_configure(interval);
    if (!process_prepare()) {
        fprintf(stderr, "cannot start recording\n");
        exit(1);
    }
}

void host_stop(void)
{
    state_file_unlink();
}

__attribute__((noinline)) void host_allocate(void *block, size_t size)
{
    event_allocated(block, size, EVENT_CALLER);
}

void host_free(void *block)
{
    if (live_maybe(block))
        event_release(block, EVENT_CALLER);
}

static void sum_pass(struct host_sums *sums, bool freed)
{
    const struct state_header *h = state_map.header;
    const char *base = (const char *)h;
    const _Atomic uint32_t *entries = (const _Atomic uint32_t *)(base + h->chunk_table_offset);
    uint32_t used = atomic_load_explicit(&h->chunks_used, memory_order_acquire);
    for (uint32_t i = 0; i < used && i < h->chunk_count; i++) {
        uint32_t entry = atomic_load_explicit(&entries[i], memory_order_acquire);
        const struct state_counters *cell =
            (const struct state_counters *)(base + h->chunks_offset + (uint64_t)i * h->chunk_bytes);
        uint32_t cells = h->chunk_bytes / (uint32_t)sizeof *cell;
        for (; STATE_CHUNK_TABLE(entry) == STATE_TABLE_COUNTERS && cells-- > 0; cell++) {
            if (atomic_load_explicit(&cell->key, memory_order_acquire) == 0)
                continue;
            if (freed) {
                sums->freed_objects +=
                    atomic_load_explicit(&cell->freed_objects, memory_order_acquire);
                sums->freed_bytes += atomic_load_explicit(&cell->freed_bytes, memory_order_acquire);
            } else {
                sums->allocated_objects +=
                    atomic_load_explicit(&cell->allocated_objects, memory_order_acquire);
                sums->allocated_bytes +=
                    atomic_load_explicit(&cell->allocated_bytes, memory_order_acquire);
            }
        }
    }
}

struct host_sums host_sum(void)
{
    struct host_sums sums = {0};
    sum_pass(&sums, true);
    sum_pass(&sums, false);
    return sums;
}
