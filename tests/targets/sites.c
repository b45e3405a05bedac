/* SPDX-License-Identifier: Apache-2.0
 * build: -O2 -fno-ipa-icf -pthread
 *
 * One function per way of allocating, each its own site, and a line of truth per
 * site at the end: name, alloc_objects, alloc_space, inuse_objects, inuse_space.
 * Nothing that is allocated is touched.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SITE   __attribute__((noinline, noclone)) static void *
#define MARGIN ((size_t)512 << 10)

struct truth {
    uint64_t objects, bytes, inuse_objects, inuse_bytes;
};
static void *kept[1 << 16];
static size_t kept_count;

static void count(struct truth *truth, void *block, size_t size, int keep)
{
    if (!block)
        abort();
    truth->objects++;
    truth->bytes += size;
    if (!keep) {
        free(block);
        return;
    }
    truth->inuse_objects++;
    truth->inuse_bytes += size;
    kept[kept_count++ % (1 << 16)] = block;
}

/* volatile: the call stays a call, not a jump, so that the frame is there. */
#define DEFINE_SITE(name)                                                                          \
    SITE name(size_t size)                                                                         \
    {                                                                                              \
        void *volatile block = malloc(size);                                                       \
        return block;                                                                              \
    }
#define PLAIN_SITES(X)                                                                             \
    X(site_16, 16, 400000, 16)                                                                     \
    X(site_100, 100, 150000, 8)                                                                    \
    X(site_4k, 4096, 15000, 8)                                                                     \
    X(site_300k, 300 << 10, 250, 4)                                                                \
    X(site_below, MARGIN - 1, 150, 4)                                                              \
    X(site_above, MARGIN + 1, 150, 4)                                                              \
    X(site_32m, (size_t)32 << 20, 16, 2)                                                           \
    X(site_all_kept, 5000, 4000, 1)                                                                \
    X(site_none_kept, 700, 60000, 100000000)
#define X(name, size, count, keep_each) DEFINE_SITE(name)
PLAIN_SITES(X)
#undef X
DEFINE_SITE(site_mixed)
DEFINE_SITE(site_thread)

__attribute__((noinline, noclone)) static void *site_grown(void *block, size_t size)
{
    void *volatile grown = realloc(block, size);
    return grown;
}

/* Each growth frees the old size and allocates the whole new one; every 8th chain is kept. */
static void grow_chains(struct truth *truth)
{
    for (int chain = 0; chain < 400; chain++) {
        void *block = NULL;
        size_t last = 0;
        for (size_t size = 24; size < 200000; size += size / 2) {
            block = site_grown(block, size);
            truth->objects++;
            truth->bytes += size;
            last = size;
        }
        if (chain % 8 != 0) {
            free(block);
            continue;
        }
        kept[kept_count++ % (1 << 16)] = block;
        truth->inuse_objects++;
        truth->inuse_bytes += last;
    }
}

static struct truth threads_truth;
static void *short_thread(void *argument)
{
    for (int n = 0; n < 40; n++)
        count(&threads_truth, site_thread(1500), 1500, n % 4 == 0);
    return argument;
}

static void print(const char *name, const struct truth *truth)
{
    printf("%s %ju %ju %ju %ju\n", name, (uintmax_t)truth->objects, (uintmax_t)truth->bytes,
           (uintmax_t)truth->inuse_objects, (uintmax_t)truth->inuse_bytes);
}

int main(void)
{
#define X(name, size, number, keep_each)                                                           \
    struct truth name##_truth = {0};                                                               \
    for (int n = 0; n < (number); n++)                                                             \
        count(&name##_truth, name(size), (size), n % (keep_each) == 0 && (keep_each) < 1000);      \
    print(#name, &name##_truth);
    PLAIN_SITES(X)
#undef X
    struct truth mixed = {0}, grown = {0};
    for (int n = 0; n < 300000; n++) {
        size_t size = n % 60000 == 0 ? (size_t)32 << 20 : n % 100 == 0 ? 20000 : 16;
        count(&mixed, site_mixed(size), size, n % 8 == 0);
    }
    print("site_mixed", &mixed);
    grow_chains(&grown);
    print("site_grown", &grown);
    /* One after the other: the threads' ordinals, and so their seeds, are the same each time. */
    for (int n = 0; n < 300; n++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, short_thread, NULL) || pthread_join(thread, NULL))
            abort();
    }
    print("site_thread", &threads_truth);
    return 0;
}
