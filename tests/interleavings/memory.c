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
#define LANES      4u /* of the hash, so that the processor works at several words at once */

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
    bool is_private;
};
static struct page pages[PAGES_MAX];
static unsigned page_count;
static uint64_t page_hashes[PAGES_MAX]; /* as memory_hash() found them last */

static uint64_t hash_of(const char *at, size_t bytes, uint64_t seed)
{
    uint64_t hash[LANES], word, sum = 0;
    for (unsigned lane = 0; lane < LANES; lane++)
        hash[lane] = seed * UINT64_C(0x9e3779b97f4a7c15) + lane + 1;
    for (size_t i = 0; i + 8 <= bytes; i += 8) {
        unsigned lane = i / 8 % LANES;
        memcpy(&word, at + i, 8);
        hash[lane] = (hash[lane] ^ word) * UINT64_C(0xff51afd7ed558ccd);
        hash[lane] ^= hash[lane] >> 32;
    }
    for (unsigned lane = 0; lane < LANES; lane++)
        sum = (sum ^ hash[lane]) * UINT64_C(0xff51afd7ed558ccd);
    return sum ^ sum >> 32;
}

static void add_page(char *at, size_t bytes, bool is_private)
{
    if (page_count == PAGES_MAX)
        explore_fail("more memory is written than the explorer keeps");
    char *first = malloc(bytes);
    memcpy(first, at, bytes);
    uint64_t hash = hash_of(first, bytes, (uintptr_t)at);
    pages[page_count] = (struct page){at, bytes, first, hash, is_private};
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
        add_page(from, (size_t)(to - from), false);
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
    for (size_t i = 0; i < bytes; i += PAGE) /* what follows in the last page is not part of it */
        add_page((char *)start + i, bytes - i < PAGE ? bytes - i : PAGE, true);
}

/* --- copies --- */

/* What a page held, shared by all copies of the memory in which it held the same. */
struct page_copy {
    struct page_copy *next_free;
    uint64_t hash;
    uint32_t users;
    char bytes[PAGE];
};
static struct page_copy *free_copies;
static bool hashes_are_true; /* page_hashes are those of the memory as it is */

static struct page_copy *copy_page(unsigned i)
{
    struct page_copy *copy = free_copies;
    if (copy)
        free_copies = copy->next_free;
    else
        copy = malloc(sizeof *copy);
    copy->hash = page_hashes[i];
    copy->users = 1;
    memcpy(copy->bytes, pages[i].at, pages[i].bytes);
    return copy;
}

static struct page_copy *copy_in(const struct memory_copy *copy, unsigned i)
{
    return copy && i < copy->page_count ? copy->pages[i] : NULL;
}

void memory_save(struct memory_copy *kept, const struct memory_copy *before)
{
    if (!hashes_are_true)
        memory_hash(before);
    kept->page_count = page_count;
    kept->pages = malloc(page_count * sizeof(struct page_copy *));
    for (unsigned i = 0; i < page_count; i++) {
        struct page_copy *same = copy_in(before, i);
        bool is_same = same && same->hash == page_hashes[i];
        kept->pages[i] = is_same ? same : copy_page(i);
        kept->pages[i]->users += is_same;
    }
}

void memory_forget(struct memory_copy *kept)
{
    for (unsigned i = 0; i < kept->page_count; i++)
        if (--kept->pages[i]->users == 0) {
            kept->pages[i]->next_free = free_copies;
            free_copies = kept->pages[i];
        }
    free(kept->pages);
}

void memory_restore(const struct memory_copy *kept)
{
    for (unsigned i = 0; i < page_count; i++) {
        const struct page_copy *copy = copy_in(kept, i);
        uint64_t hash = copy ? copy->hash : pages[i].first_hash;
        if (hashes_are_true && page_hashes[i] == hash)
            continue;
        memcpy(pages[i].at, copy ? copy->bytes : pages[i].first, pages[i].bytes);
        page_hashes[i] = hash;
    }
    hashes_are_true = true;
}

void memory_changes(void)
{
    hashes_are_true = false;
}

/* A page that holds what it held at first adds nothing, whether known or not. */
uint64_t memory_hash(const struct memory_copy *before)
{
    uint64_t hash = 1;
    for (unsigned i = 0; i < page_count; i++) {
        const struct page_copy *copy = copy_in(before, i);
        if (copy && memcmp(copy->bytes, pages[i].at, pages[i].bytes) == 0)
            page_hashes[i] = copy->hash;
        else
            page_hashes[i] = hash_of(pages[i].at, pages[i].bytes, (uintptr_t)pages[i].at);
        hash += page_hashes[i] - pages[i].first_hash;
    }
    hashes_are_true = true;
    return hash;
}

uint64_t memory_shared_hash(void)
{
    uint64_t hash = 1;
    for (unsigned i = 0; i < page_count; i++)
        hash += pages[i].is_private ? 0 : page_hashes[i] - pages[i].first_hash;
    return hash;
}

unsigned memory_pages(void)
{
    return page_count;
}
