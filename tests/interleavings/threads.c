/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads are coroutines on stacks that are part of the state like all other memory.
 */
#include "tests/interleavings/threads.h"
#include "preload/process/thread.h"
#include "tests/interleavings/explore.h"
#include "tests/interleavings/memory.h"
#include "tests/interleavings/places.h"
#include "tests/interleavings/weak.h"

#include <string.h>
#include <ucontext.h>

#define STACK          (4 * 4096u)
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
    bool in_handler;
    bool tells; /* others see first what it stored */
} coroutines[EXPLORE_THREADS] __attribute__((aligned(4096)));
static char stacks[EXPLORE_THREADS][STACK] __attribute__((aligned(4096)));

/* --- from here on, not part of the state --- */

static ucontext_t scheduler;
static int current = -1;
static bool deliver, exploring;
static unsigned child_steps; /* not 0: a fork's child is being followed */

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
        coroutines[current].in_handler = true;
        handler();
        coroutines[current].in_handler = false;
    }
}

/* --- what is a step --- */

static bool every_step;
static bool has_learned;  /* in this search, so that it begins again */
static bool is_abandoned; /* so does the schedule that is under way */
static uint32_t writers;  /* bits of threads that write what others use */
static const char *watched, *watched_end;

void explore_watch(const void *start, size_t bytes)
{
    watched = start;
    watched_end = watched + bytes;
}

/* Where stores wait, the schedule is left for ever: those to this place so far did not. */
static void learned(void)
{
    has_learned = true;
    is_abandoned = weak_delays();
    if (is_abandoned)
        yield();
}

static void writes(void)
{
    if ((writers & 1u << current) != 0)
        return;
    writers |= 1u << current;
    if (weak_delays())
        learned();
}

void explore_note(const void *at, bool is_write)
{
    if (current < 0 || !exploring)
        return;
    uint32_t user = 1u << current << (coroutines[current].in_handler ? EXPLORE_THREADS : 0);
    if (places_note(at, is_write, user))
        learned();
    if (is_write && places_is_shared(at))
        writes();
}

bool explore_is_shared(const void *at)
{
    return places_is_shared(at);
}

bool explore_is_tracked(const void *at)
{
    const char *a = at;
    return memory_is_tracked(at) && !(a >= (char *)&thread && a < (char *)(&thread + 1)) &&
           !(a >= stacks[0] && a < stacks[EXPLORE_THREADS]);
}

void explore_access(const void *at, bool is_write)
{
    if (current < 0 || !exploring)
        return;
    explore_note(at, is_write);
    bool is_watched = is_write && (const char *)at >= watched && (const char *)at < watched_end;
    if (every_step || is_watched || places_is_shared(at))
        explore_step();
}

void explore_wait(const uint32_t *flag)
{
    coroutines[current].waits = flag;
    explore_step();
    coroutines[current].waits = NULL;
    weak_told(current);
}

void explore_tell(uint32_t *flag)
{
    writes();
    coroutines[current].tells = true;
    explore_step();
    coroutines[current].tells = false;
    *flag = 1;
}

bool explore_fork(void (*child)(void))
{
    has_learned |= !every_step; /* a child may see all that its parent wrote */
    every_step = true;
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
    weak_enter(index);
    swapcontext(&scheduler, &c->context);
    weak_leave(index);
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
    memory_save(&before, NULL);
    memory_changes();
    child_steps = 1;
    coroutines[index].child();
    run(index);
    child_steps = 0;
    memory_restore(&before);
    memory_changes();
    memory_forget(&before);
}

bool threads_is_alive(unsigned index)
{
    return coroutines[index].status == READY || coroutines[index].status == FORKING;
}

/* Where loads may give older values, who only reads finds at the end whatever it would have found
 * before: its loads need not come at any other time. */
static bool comes_last(unsigned index)
{
    if (!weak_delays() || (writers & 1u << index) != 0)
        return false;
    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        if ((writers & 1u << i) != 0 && (threads_is_alive(i) || !weak_is_drained((int)i)))
            return true;
    return false;
}

bool threads_can_run(unsigned index)
{
    const struct coroutine *c = &coroutines[index];
    return threads_is_alive(index) && (!c->waits || *c->waits) && !comes_last(index) &&
           (!c->tells || weak_is_drained((int)index)) && weak_can_run((int)index);
}

bool threads_can_get_signal(unsigned index)
{
    const struct coroutine *c = &coroutines[index];
    return c->handler && c->status == READY && !c->waits && threads_can_run(index);
}

void threads_run(unsigned index, bool with_signal)
{
    if (coroutines[index].status == FORKING)
        follow_child((int)index);
    deliver = with_signal;
    run((int)index);
}

void threads_track(void)
{
    memory_track(coroutines, sizeof coroutines);
    memory_track(stacks, sizeof stacks);
}

void threads_begin(bool is_watching)
{
    memory_know(coroutines, sizeof coroutines);
    for (unsigned i = 0; i < EXPLORE_THREADS && coroutines[i].status; i++)
        memory_know(stacks[i], STACK);
    if (!is_watching)
        watched = watched_end = NULL;
    exploring = true;
}

void threads_begin_search(void)
{
    has_learned = is_abandoned = false;
}

bool threads_have_learned(void)
{
    return has_learned;
}

bool threads_schedule_is_abandoned(void)
{
    return is_abandoned;
}
