/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads are coroutines on stacks that are part of the state like all other memory.
 * Depth first: the path is a stack of states, each with the choices not yet tried.
 */
#include "tests/interleavings/explore.h"
#include "preload/process/thread.h"
#include "tests/interleavings/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#define STACK          (4 * 4096u)
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

struct state {
    struct memory_copy memory;
    unsigned next; /* choice to try next */
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
    struct memory_copy before;
    memory_save(&before);
    child_steps = 1;
    coroutines[index].child();
    run(index);
    child_steps = 0;
    memory_restore(&before);
    memory_forget(&before);
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
    memory_save(&path[depth++].memory);
}

void explore(void (*check)(bool at_end))
{
    uint64_t schedules = 0;
    memory_track(coroutines, sizeof coroutines);
    memory_track(stacks, sizeof stacks);
    memory_watch();
    memory_know(coroutines, sizeof coroutines);
    for (unsigned i = 0; i < EXPLORE_THREADS && coroutines[i].status; i++)
        memory_know(stacks[i], STACK);
    exploring = true;
    memory_is_new(memory_hash(NULL));
    push();
    bool is_top = true; /* the memory is the state on top */
    while (depth > 0) {
        bool any;
        struct state *top = &path[depth - 1];
        if (!is_top)
            memory_restore(&top->memory);
        int choice = next_choice(top, &any);
        if (choice < 0) {
            memory_forget(&path[--depth].memory);
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
        is_top = memory_is_new(memory_hash(&top->memory));
        if (is_top)
            push();
    }
    printf("%zu states of %u pages, %llu ends\n", memory_states(), memory_pages(),
           (unsigned long long)schedules);
}
