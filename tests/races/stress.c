/* SPDX-License-Identifier: Apache-2.0
 *
 * `stress NAME ROUNDS`: four threads use one part of the shim at once, built with
 * ThreadSanitizer, and check what they get.
 */
#include "preload/arena.h"
#include "preload/base/random.h"
#include "preload/process/config.h"
#include "preload/process/modules.h"
#include "preload/process/thread.h"
#include "preload/sites.h"
#include "tests/shim/host.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4u

static unsigned rounds;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u;
    return *random >> 8;
}

static pthread_barrier_t barrier;
static void *(*body_of_all)(void *);

/* All at once. */
static void *begin(void *argument)
{
    pthread_barrier_wait(&barrier);
    return body_of_all(argument);
}

static void in_threads(unsigned count, void *(*body)(void *))
{
    pthread_t threads[THREADS + 1];
    body_of_all = body;
    pthread_barrier_init(&barrier, NULL, count);
    for (uintptr_t i = 0; i < count; i++)
        CHECK(pthread_create(&threads[i], NULL, begin, (void *)i) == 0);
    for (unsigned i = 0; i < count; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
}

/* --- sites: the same stacks and classes by all threads; each site has its own stack --- */

#define STACKS 3000u

static uintptr_t pc_of(uint32_t node)
{
    const char *state = (const char *)state_map.header;
    return atomic_load(
        &((const struct state_node *)(state + (uint64_t)node * STATE_NODE_UNIT))->pc);
}
/* Stacks of one frame: frame pointers end there at once. */
static void *intern(void *argument)
{
    struct event_context *context = context_take(&thread, true);
    uint32_t random = (uint32_t)(uintptr_t)argument + 1;
    for (unsigned i = 0; i < rounds; i++) {
        uint32_t pc = 2 + next_random(&random) % STACKS, size_class = next_random(&random) % 4;
        struct unwind_start caller = {pc + 1, (uintptr_t)__builtin_frame_address(0), 0};
        const struct site_entry *entry = sites_find(context, &caller, size_class);
        const struct state_site *site =
            state_map_record(STATE_TABLE_SITES, entry->site, sizeof *site);
        CHECK(entry->site > SITE_OTHER && pc_of(atomic_load(&site->node)) == pc);
        CHECK(site->size_class == size_class);
        CHECK(STATE_COUNTERS_SITE(atomic_load(&entry->counters->key)) == entry->site);
    }
    return NULL;
}
static void stress_sites(void)
{
    config.unwinder = STATE_UNWIND_FP;
    in_threads(THREADS, intern);
    CHECK(atomic_load(&state_map.header->lost[STATE_LOST_SITE]) == 0);
    /* Each at most once by each thread. */
    CHECK(atomic_load(&state_map.header->sites_used) <= 2 + STACKS * 4 * THREADS);
}

/* --- live: blocks made by one thread, freed by another, addresses used again --- */

#define ADDRESSES 4096u

static _Atomic uint32_t address_state[ADDRESSES]; /* 0: free, 1: in work, else live: site */

static void *insert_and_take(void *argument)
{
    uint32_t random = (uint32_t)(uintptr_t)argument + 1;
    for (unsigned i = 0; i < rounds; i++) {
        uint32_t n = next_random(&random) % ADDRESSES;
        uint32_t is = atomic_load_explicit(&address_state[n], memory_order_acquire);
        if (is == 1 || !atomic_compare_exchange_strong_explicit(
                           &address_state[n], &is, 1, memory_order_acquire, memory_order_relaxed))
            continue;
        struct live_record record = {0}, stale;
        uint32_t site = 0;
        if (is == 0) {
            site = 2 + next_random(&random) % 1000;
            record = (struct live_record){site, site * 8u, {(uint8_t)(n % 3), 0}, 0};
            CHECK(!live_take(HOST_BLOCK(n), &record));
            CHECK(live_put(HOST_BLOCK(n), &record) || live_insert(HOST_BLOCK(n), &record, &stale));
        } else {
            CHECK(live_maybe(HOST_BLOCK(n)));
            CHECK(live_take(HOST_BLOCK(n), &record));
            CHECK(record.site == is && record.size_bytes == is * 8u);
            CHECK(record.weight.marks == n % 3);
        }
        atomic_store_explicit(&address_state[n], site, memory_order_release);
    }
    return NULL;
}
static void stress_live(void)
{
    struct live_record record;
    in_threads(THREADS, insert_and_take);
    for (unsigned n = 0; n < ADDRESSES; n++)
        CHECK(live_take(HOST_BLOCK(n), &record) == (address_state[n] != 0));
    for (unsigned n = 0; n < ADDRESSES; n++)
        CHECK(!live_maybe(HOST_BLOCK(n)));
}

/* --- whole events by threads that come and go, with a reader --- */

static _Atomic uint64_t done_objects, done_bytes, freed_objects, ended;

/* That a thread has ended is known from the kernel, which ThreadSanitizer does not see. */
bool __real_thread_is_gone(uint32_t id);
bool __wrap_thread_is_gone(uint32_t id);
void __tsan_acquire(void *);
void __tsan_release(void *);

bool __wrap_thread_is_gone(uint32_t id)
{
    if (!__real_thread_is_gone(id))
        return false;
    __tsan_acquire(&ended);
    return true;
}

static _Atomic uint32_t last_id[THREADS];

static void *some_events(void *argument)
{
    uint32_t random = (uint32_t)(uintptr_t)argument + 1;
    for (unsigned i = 0; i < 20; i++) {
        unsigned n = (unsigned)(uintptr_t)argument * 64 + i;
        size_t size = 1 + next_random(&random) % 500;
        host_allocate(HOST_BLOCK(n), size);
        atomic_fetch_add(&done_objects, 1);
        atomic_fetch_add(&done_bytes, size);
        if (i % 3 == 0)
            continue;
        host_free(HOST_BLOCK(n));
        atomic_fetch_add(&freed_objects, 1);
    }
    for (unsigned i = 0; i < 20; i += 3)
        host_free(HOST_BLOCK((unsigned)(uintptr_t)argument * 64 + i));
    atomic_store(&last_id[(uintptr_t)argument], thread_id());
    __tsan_release(&ended);
    return NULL;
}
static void *come_and_go(void *argument)
{
    for (unsigned i = 0; i < rounds; i++) {
        pthread_t one;
        CHECK(pthread_create(&one, NULL, some_events, argument) == 0);
        CHECK(pthread_join(one, NULL) == 0);
        while (!__real_thread_is_gone(atomic_load(&last_id[(uintptr_t)argument])))
            sched_yield(); /* the kernel has a little to do after that */
    }
    atomic_fetch_add(&ended, 1);
    return NULL;
}
static void *come_and_go_or_read(void *argument)
{
    if ((uintptr_t)argument < THREADS)
        return come_and_go(argument);
    uint64_t last = 0;
    while (atomic_load(&ended) < THREADS) {
        uint64_t done = atomic_load(&done_objects);
        struct host_sums sums = host_sum();
        CHECK(sums.freed_objects <= sums.allocated_objects);
        CHECK(sums.freed_bytes <= sums.allocated_bytes);
        CHECK(sums.allocated_objects >= last && sums.allocated_objects >= done);
        last = sums.allocated_objects;
    }
    return NULL;
}
static void stress_events(void)
{
    in_threads(THREADS + 1, come_and_go_or_read);
    struct host_sums sums = host_sum();
    CHECK(sums.allocated_objects == (uint64_t)THREADS * rounds * 20);
    CHECK(sums.allocated_bytes == done_bytes);
    CHECK(sums.freed_objects == sums.allocated_objects);
    CHECK(sums.freed_bytes == sums.allocated_bytes);
    CHECK(atomic_load(&state_map.header->shards_used) <= 2 * THREADS + 1);
}

/* --- shared: events of threads that have no shard of their own any more --- */

static void *leave_and_allocate(void *argument)
{
    thread.refusals = 3u << 30; /* never asks for a shard of its own */
    for (unsigned i = 0; i < rounds; i++) {
        void *block = HOST_BLOCK((unsigned)(uintptr_t)argument * 64 + i % 64);
        host_allocate(block, 1 + i % 100);
        host_free(block);
    }
    return NULL;
}
static void stress_shared(void)
{
    in_threads(THREADS, leave_and_allocate); /* the first of them begins to record */
    struct host_sums sums = host_sum();
    CHECK(sums.allocated_objects == (uint64_t)THREADS * rounds);
    CHECK(sums.freed_objects == sums.allocated_objects);
    CHECK(sums.freed_bytes == sums.allocated_bytes);
    CHECK(atomic_load(&state_map.header->shards_used) == 1);
}

/* --- rules: stacks walked while the cache is flushed and filled --- */

static __attribute__((noinline)) void deeper(unsigned depth, unsigned char *block)
{
    unsigned char pad[64];
    memset(pad, (int)depth, sizeof pad);
    if (depth)
        deeper(depth - 1, block + pad[0] % 2);
    else
        host_allocate(block, 8);
    __asm__ volatile("" ::"r"(pad) : "memory");
}
static void *walk_or_flush(void *argument)
{
    uint32_t random = (uint32_t)(uintptr_t)argument + 1;
    for (unsigned i = 0; i < rounds; i++) {
        if (argument == 0 && i % 16 == 0)
            modules_invalidate();
        deeper(next_random(&random) % 24, HOST_BLOCK((uintptr_t)argument * 100000 + i));
    }
    return NULL;
}
static void stress_rules(void)
{
    in_threads(THREADS, walk_or_flush);
    uint64_t truncated = 0;
    for (unsigned i = 0; i < atomic_load(&state_map.header->shards_used); i++)
        truncated += atomic_load(&shards.all[i]->record->truncated);
    CHECK(truncated == 0);
    CHECK(host_sum().allocated_objects == (uint64_t)rounds * THREADS);
}

/* --- arena --- */

static void *fill_memory(void *argument)
{
    uint32_t random = (uint32_t)(uintptr_t)argument + 1;
    unsigned char mark = (unsigned char)((uintptr_t)argument + 1), *all[64];
    size_t sizes[64];
    for (unsigned i = 0; i < rounds; i++) {
        unsigned n = i % 64;
        sizes[n] = 1 + next_random(&random) % 3000;
        all[n] = arena_alloc(sizes[n], 64);
        CHECK(all[n] && (uintptr_t)all[n] % 64 == 0 && all[n][0] == 0);
        memset(all[n], mark, sizes[n]);
        for (unsigned j = 0; n == 63 && j < 64; j++)
            CHECK(all[j][0] == mark && all[j][sizes[j] - 1] == mark);
    }
    return NULL;
}
static void stress_arena(void)
{
    in_threads(THREADS, fill_memory);
}

/* --- segment: appended records keep apart, records by index are one --- */

static void *grow(void *argument)
{
    uint32_t random = (uint32_t)(uintptr_t)argument + 1;
    char text[64];
    for (unsigned i = 0; i < rounds; i++) {
        int length =
            snprintf(text, sizeof text, "%u of thread %u", i, (unsigned)(uintptr_t)argument);
        state_string_offset at = state_map_string(text, (size_t)length);
        const struct state_string *string =
            (const struct state_string *)((const char *)state_map.header + at);
        CHECK(at && string->length == (uint32_t)length && strcmp(string->bytes, text) == 0);
        uint32_t index = 10000 + next_random(&random) % 20000;
        struct state_site *site = state_map_record(STATE_TABLE_SITES, index, sizeof *site);
        CHECK(site);
        uint32_t before = atomic_fetch_add(&site->node, 1);
        CHECK(state_map_record(STATE_TABLE_SITES, index, sizeof *site) == site);
        CHECK(atomic_load(&site->node) > before);
    }
    return NULL;
}
static void stress_segment(void)
{
    in_threads(THREADS, grow);
    uint64_t sum = 0;
    for (uint32_t index = 10000; index < 30000; index++)
        sum += atomic_load(&((struct state_site *)state_map_record(STATE_TABLE_SITES, index,
                                                                   sizeof(struct state_site)))
                                ->node);
    CHECK(sum == (uint64_t)rounds * THREADS);
}

/* --- modules: asked about while one comes and goes --- */

static void *ask(void *argument)
{
    uintptr_t known[] = {(uintptr_t)ask, (uintptr_t)printf, (uintptr_t)pthread_create};
    for (unsigned i = 0; i < rounds; i++) {
        uintptr_t pc = known[i % 3];
        uint32_t module = modules_find(pc);
        const struct state_module *m = state_map_record(STATE_TABLE_MODULES, module, sizeof *m);
        CHECK(module && m->map_start <= pc && atomic_load(&m->map_end) > pc);
        CHECK(m->segment_count > 0 && m->path);
        modules_current(module, pc);
        if (argument == 0 && i % 64 == 0) {
            void *library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
            if (library && dlsym(library, "crc32"))
                CHECK(modules_find((uintptr_t)dlsym(library, "crc32")) != 0);
            if (library)
                dlclose(library);
            modules_invalidate();
        }
    }
    return NULL;
}
static void stress_modules(void)
{
    in_threads(THREADS, ask);
}

static const struct {
    const char *name, *interval;
    void (*run)(void);
} parts[] = {
    {"shared", "1", stress_shared},   {"sites", "1", stress_sites},
    {"live", "4096", stress_live},    {"events", "1", stress_events},
    {"rules", "1", stress_rules},     {"arena", "1", stress_arena},
    {"segment", "1", stress_segment}, {"modules", "1", stress_modules},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (argc == 3 && strcmp(argv[1], parts[i].name) == 0) {
            rounds = (unsigned)atoi(argv[2]);
            if (parts[i].run == stress_shared) {
                host_configure(parts[i].interval);
                config.valgrind = true; /* ThreadSanitizer does not follow CLONE_VM either */
            } else {
                host_start(parts[i].interval);
            }
            parts[i].run();
            host_stop();
            return 0;
        }
    fprintf(stderr, "usage: stress shared|sites|live|events|rules|arena|segment|modules ROUNDS\n");
    return 2;
}
