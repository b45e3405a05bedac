/* SPDX-License-Identifier: Apache-2.0
 *
 * Tracked memory starts out read-only: the first write to a page makes it part of
 * what is saved, compared and hashed, so a state costs what it uses.
 */
#include "tests/interleavings/memory.h"
#include "tests/interleavings/explore.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE       4096u
#define PAGES_MAX  8192u
#define RANGES_MAX 8u

static struct range {
    char *start;
    size_t bytes;
} ranges[RANGES_MAX];
static unsigned range_count;

struct page {
    char *at;
    size_t bytes;
    char *first; /* what it held before it was written */
    uint64_t first_hash;
};
static struct page pages[PAGES_MAX];
static unsigned page_count;
static uint64_t page_hashes[PAGES_MAX]; /* as memory_hash() found them last */

static uint64_t hash_of(const char *at, size_t bytes, uint64_t seed)
{
    uint64_t hash = seed * UINT64_C(0x9e3779b97f4a7c15) + 1, word;
    for (size_t i = 0; i + 8 <= bytes; i += 8) {
        memcpy(&word, at + i, 8);
        hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
    }
    return hash;
}

static void add_page(char *at, size_t bytes)
{
    if (page_count == PAGES_MAX)
        explore_fail("more memory is written than the explorer keeps");
    char *first = malloc(bytes);
    memcpy(first, at, bytes);
    pages[page_count] = (struct page){at, bytes, first, hash_of(first, bytes, (uintptr_t)at)};
    page_count++;
}

static void on_write(int number, siginfo_t *info, void *unused)
{
    (void)number;
    (void)unused;
    char *at = (char *)((uintptr_t)info->si_addr & ~(uintptr_t)(PAGE - 1));
    bool known = false, new = false;
    for (unsigned i = 0; i < page_count; i++)
        known |= ((uintptr_t)pages[i].at & ~(uintptr_t)(PAGE - 1)) == (uintptr_t)at;
    for (unsigned i = 0; i < range_count && !known; i++) {
        char *from = ranges[i].start > at ? ranges[i].start : at;
        char *end = ranges[i].start + ranges[i].bytes;
        char *to = end < at + PAGE ? end : at + PAGE;
        if (from >= to)
            continue;
        mprotect(at, PAGE, PROT_READ | PROT_WRITE);
        add_page(from, (size_t)(to - from));
        new = true;
    }
    if (!new)
        explore_fail("crash: address %p", info->si_addr);
}

void memory_track(void *start, size_t bytes)
{
    ranges[range_count++] = (struct range){start, bytes};
}

bool memory_is_tracked(const void *at)
{
    for (unsigned i = 0; i < range_count; i++)
        if ((const char *)at >= ranges[i].start &&
            (const char *)at < ranges[i].start + ranges[i].bytes)
            return true;
    return false;
}

void memory_watch(void)
{
    mallopt(M_MMAP_THRESHOLD, 1 << 30); /* a copy comes and goes with each step */
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    static char handler_stack[64 * 1024];
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    struct sigaction action = {.sa_sigaction = on_write, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaltstack(&stack, NULL);
    sigaction(SIGSEGV, &action, NULL);
    for (unsigned i = 0; i < range_count; i++) {
        uintptr_t from = (uintptr_t)ranges[i].start & ~(uintptr_t)(PAGE - 1);
        uintptr_t to =
            ((uintptr_t)ranges[i].start + ranges[i].bytes + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
        mprotect((void *)from, to - from, PROT_READ);
    }
}

void memory_know(void *start, size_t bytes)
{
    mprotect(start, bytes, PROT_READ | PROT_WRITE);
    for (size_t i = 0; i < bytes; i += PAGE)
        add_page((char *)start + i, PAGE);
}

void memory_save(struct memory_copy *kept)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < page_count; i++)
        bytes += pages[i].bytes;
    kept->page_count = page_count;
    kept->copy = malloc(bytes);
    kept->hashes = malloc(page_count * sizeof(uint64_t));
    char *to = kept->copy;
    for (unsigned i = 0; i < page_count; to += pages[i++].bytes)
        memcpy(to, pages[i].at, pages[i].bytes);
    memcpy(kept->hashes, page_hashes, page_count * sizeof(uint64_t));
}

void memory_forget(struct memory_copy *kept)
{
    free(kept->copy);
    free(kept->hashes);
}

void memory_restore(const struct memory_copy *kept)
{
    const char *from = kept->copy;
    for (unsigned i = 0; i < page_count; i++) {
        bool is_in = i < kept->page_count;
        memcpy(pages[i].at, is_in ? from : pages[i].first, pages[i].bytes);
        from += is_in ? pages[i].bytes : 0;
    }
}

/* A page that holds what it held at first adds nothing, whether known or not. */
uint64_t memory_hash(const struct memory_copy *before)
{
    uint64_t hash = 1;
    const char *copy = before ? before->copy : NULL;
    for (unsigned i = 0; i < page_count; i++) {
        bool kept = before && i < before->page_count;
        if (kept && memcmp(copy, pages[i].at, pages[i].bytes) == 0)
            page_hashes[i] = before->hashes[i];
        else
            page_hashes[i] = hash_of(pages[i].at, pages[i].bytes, (uintptr_t)pages[i].at);
        hash += page_hashes[i] - pages[i].first_hash;
        copy += kept ? pages[i].bytes : 0;
    }
    return hash;
}

/* --- states seen --- */

static uint64_t *seen;
static size_t seen_mask = (1u << 16) - 1, seen_count;

bool memory_is_new(uint64_t hash)
{
    if (!seen)
        seen = calloc(seen_mask + 1, 8);
    size_t at = hash & seen_mask;
    for (; seen[at]; at = (at + 1) & seen_mask)
        if (seen[at] == hash)
            return false;
    seen[at] = hash;
    if (++seen_count * 2 > seen_mask) {
        uint64_t *old = seen;
        size_t old_mask = seen_mask;
        seen_mask = seen_mask * 2 + 1;
        seen = calloc(seen_mask + 1, 8);
        for (size_t i = 0; i <= old_mask; i++)
            if (old[i]) {
                for (at = old[i] & seen_mask; seen[at]; at = (at + 1) & seen_mask)
                    ;
                seen[at] = old[i];
            }
        free(old);
    }
    return true;
}

void memory_forget_states(void)
{
    if (seen)
        memset(seen, 0, (seen_mask + 1) * 8);
    seen_count = 0;
}

size_t memory_states(void)
{
    return seen_count;
}

unsigned memory_pages(void)
{
    return page_count;
}
