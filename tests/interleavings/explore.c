/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads are coroutines on stacks that are tracked like all other memory.  Tracked
 * memory starts out read-only: the first write to a page makes it part of what is
 * saved, compared and hashed, so a state costs what it uses.
 */
#include "tests/interleavings/explore.h"
#include "preload/thread.h"

#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE           4096u
#define STACK          (4 * PAGE)
#define PAGES_MAX      8192u
#define RANGES_MAX     8u
#define DEPTH_MAX      4096u
#define CHILD_STEPS    100000u
#define SIGNAL_RESERVE 1024u

enum status { ABSENT = 0, READY, FORKING, DONE };

static struct coroutine {
    ucontext_t context;
    struct thread own; /* its `thread` while it does not run */
    void (*body)(void);
    void (*handler)(void); /* not run yet */
    void (*child)(void);
    const uint32_t *waits;
    enum status status;
} coroutines[EXPLORE_THREADS] __attribute__((aligned(4096)));
static char stacks[EXPLORE_THREADS][STACK] __attribute__((aligned(4096)));

/* --- from here on, not part of the state --- */

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
static uint64_t page_hashes[PAGES_MAX]; /* as hash_state() found them last */

struct state {
    unsigned page_count;
    unsigned next; /* choice to try next */
    char *copy;
    uint64_t *hashes; /* of each page */
};
static struct state path[DEPTH_MAX];
static unsigned depth;

static ucontext_t scheduler;
static int current = -1;
static bool deliver, exploring;
static unsigned child_steps; /* not 0: a fork's child is being followed */

/* --- failures --- */

static void say(const char *what, va_list arguments)
{
    vfprintf(stdout, what, arguments);
    printf("\nschedule (thread, s: a signal first), %u steps:", depth);
    for (unsigned i = 0; i < depth; i++)
        printf(" %u%s", (path[i].next - 1) / 2, (path[i].next - 1) % 2 ? "s" : "");
    printf("\n");
    fflush(stdout);
}

void explore_fail(const char *what, ...)
{
    va_list arguments;
    va_start(arguments, what);
    say(what, arguments);
    va_end(arguments);
    _exit(1);
}

/* --- memory --- */

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
        explore_fail("crash: address %p, in thread %d", info->si_addr, current);
}

void explore_track(void *start, size_t bytes)
{
    ranges[range_count++] = (struct range){start, bytes};
}

static void protect_all(void)
{
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
    /* System calls write here, and would only fail: known from the start. */
    mprotect(coroutines, sizeof coroutines, PROT_READ | PROT_WRITE);
    mprotect(stacks, sizeof stacks, PROT_READ | PROT_WRITE);
    for (size_t i = 0; i < sizeof coroutines; i += PAGE)
        add_page((char *)coroutines + i, PAGE);
    for (unsigned thread_index = 0; thread_index < EXPLORE_THREADS; thread_index++)
        for (size_t i = 0; i < STACK && coroutines[thread_index].status; i += PAGE)
            add_page(stacks[thread_index] + i, PAGE);
}

static void save(struct state *state)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < page_count; i++)
        bytes += pages[i].bytes;
    state->page_count = page_count;
    state->copy = malloc(bytes);
    state->hashes = malloc(page_count * sizeof(uint64_t));
    char *to = state->copy;
    for (unsigned i = 0; i < page_count; to += pages[i++].bytes)
        memcpy(to, pages[i].at, pages[i].bytes);
    memcpy(state->hashes, page_hashes, page_count * sizeof(uint64_t));
}

static void forget(struct state *state)
{
    free(state->copy);
    free(state->hashes);
}

static void restore(const struct state *state)
{
    const char *from = state->copy;
    for (unsigned i = 0; i < page_count; i++) {
        bool kept = i < state->page_count;
        memcpy(pages[i].at, kept ? from : pages[i].first, pages[i].bytes);
        from += kept ? pages[i].bytes : 0;
    }
}

/* A page that holds what it held at first adds nothing, whether known or not.  What
 * did not change since `before` is not looked at. */
static uint64_t hash_state(const struct state *before)
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

static bool see(uint64_t hash)
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

/* --- threads --- */

static void yield(void)
{
    swapcontext(&coroutines[current].context, &scheduler);
}

static void enter(void)
{
    coroutines[current].body();
    coroutines[current].status = DONE;
    yield();
}

void explore_thread(void (*body)(void), void (*before)(void), void (*handler)(void))
{
    unsigned i = 0;
    while (coroutines[i].status != ABSENT)
        i++;
    struct coroutine *c = &coroutines[i];
    c->body = body;
    c->handler = handler;
    c->status = READY;
    getcontext(&c->context);
    c->context.uc_stack.ss_sp = stacks[i];
    c->context.uc_stack.ss_size = STACK;
    makecontext(&c->context, enter, 0);
    if (before) {
        before();
        c->own = thread;
        memset(&thread, 0, sizeof thread);
    }
}

void explore_step(void)
{
    if (current < 0 || !exploring)
        return;
    if (child_steps) {
        if (++child_steps > CHILD_STEPS)
            explore_fail("the child of a fork does not come to an end");
        return;
    }
    yield();
    if (deliver) {
        void (*handler)(void) = coroutines[current].handler;
        deliver = false;
        coroutines[current].handler = NULL;
        handler();
    }
}

void explore_wait(const uint32_t *flag)
{
    coroutines[current].waits = flag;
    explore_step();
    coroutines[current].waits = NULL;
}

bool explore_fork(void (*child)(void))
{
    coroutines[current].status = FORKING;
    coroutines[current].child = child;
    yield();
    coroutines[current].status = READY;
    return child_steps != 0;
}

/* Lets a thread do one step; what lies below its stack pointer, and
 * in registers that no call keeps, is forgotten. */
static void run(int index)
{
    struct coroutine *c = &coroutines[index];
    current = index;
    thread = c->own;
    swapcontext(&scheduler, &c->context);
    c->own = thread;
    memset(&thread, 0, sizeof thread);
    current = -1;
    greg_t *registers = c->context.uc_mcontext.gregs;
    registers[REG_RDX] = registers[REG_RCX] = registers[REG_R8] = registers[REG_R9] = 0;
    uintptr_t sp = (uintptr_t)registers[REG_RSP];
    size_t free_bytes = sp - 128 - (uintptr_t)stacks[index];
    if (free_bytes < SIGNAL_RESERVE || free_bytes > STACK)
        explore_fail("thread %d has no stack left", index);
    memset(stacks[index], 0, free_bytes);
}

static void follow_child(int index)
{
    struct state before;
    save(&before);
    child_steps = 1;
    coroutines[index].child();
    run(index);
    child_steps = 0;
    restore(&before);
    forget(&before);
}

static bool can_run(const struct coroutine *c, bool with_signal)
{
    return (c->status == READY || c->status == FORKING) && (!c->waits || *c->waits) &&
           (!with_signal || (c->handler && c->status == READY && !c->waits));
}

/* The next choice that is possible in the state on top; -1: none is left. */
static int next_choice(struct state *top, bool *any)
{
    while (top->next < 2 * EXPLORE_THREADS) {
        unsigned choice = top->next++;
        if (can_run(&coroutines[choice / 2], choice % 2))
            return (int)choice;
    }
    *any = false;
    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        *any |= coroutines[i].status == READY || coroutines[i].status == FORKING;
    return -1;
}

static bool stuck(void)
{
    bool unfinished = false;
    for (unsigned i = 0; i < EXPLORE_THREADS; i++) {
        unfinished |= coroutines[i].status == READY || coroutines[i].status == FORKING;
        if (can_run(&coroutines[i], false))
            return false;
    }
    return unfinished;
}

static bool ended(void)
{
    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        if (coroutines[i].status == READY || coroutines[i].status == FORKING)
            return false;
    return true;
}

static void push(void)
{
    if (depth == DEPTH_MAX)
        explore_fail("a schedule does not come to an end");
    path[depth].next = 0;
    save(&path[depth++]);
}

uint64_t explore(void (*check)(bool at_end))
{
    uint64_t schedules = 0;
    mallopt(M_MMAP_THRESHOLD, 1 << 30); /* a state comes and goes with each step */
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    explore_track(coroutines, sizeof coroutines);
    explore_track(stacks, sizeof stacks);
    protect_all();
    exploring = true;
    see(hash_state(NULL));
    push();
    bool is_top = true; /* the memory is the state on top */
    while (depth > 0) {
        bool any;
        struct state *top = &path[depth - 1];
        if (!is_top)
            restore(top);
        int choice = next_choice(top, &any);
        if (choice < 0) {
            forget(&path[--depth]);
            is_top = false;
            continue;
        }
        if (coroutines[choice / 2].status == FORKING)
            follow_child(choice / 2);
        deliver = choice % 2;
        run(choice / 2);
        if (check)
            check(ended());
        if (stuck())
            explore_fail("no thread can go on");
        schedules += ended();
        is_top = see(hash_state(top));
        if (getenv("PROGRESS") && seen_count % 50000 == 0 && is_top)
            fprintf(stderr, "%zu depth %u pages %u\n", seen_count, depth, page_count);
        if (is_top)
            push();
    }
    printf("%zu states of %u pages, %llu ends\n", seen_count, page_count,
           (unsigned long long)schedules);
    return seen_count;
}
