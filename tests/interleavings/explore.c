/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads are coroutines on stacks that are part of the state like all other memory.
 * Depth first: the path is a stack of states, each with the choices not yet tried.
 */
#include "tests/interleavings/explore.h"
#include "preload/process/thread.h"
#include "tests/interleavings/memory.h"
#include "tests/interleavings/places.h"
#include "tests/interleavings/seen.h"
#include "tests/interleavings/weak.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#define STACK          (4 * 4096u)
#define DEPTH_MAX      4096u
#define CHILD_STEPS    100000u
#define SIGNAL_RESERVE 1024u
#define SEARCHES_MAX   2000u

enum status { ABSENT = 0, READY, FORKING, DONE };

/* What can come next, for each thread: it runs to its next step, with a signal first or not, or
 * reading an older value; or one of its stores is seen. */
enum { RUN = 0, SIGNAL = 1, COMMIT = 2, OLDER = 10, CHOICES = 18 };

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

struct state {
    struct memory_copy memory;
    unsigned next; /* choice to try next */
};
static struct state path[DEPTH_MAX];
static unsigned depth;

/* A check looks at what threads share alone: states that differ in how far a thread is are
 * checked once. */
#define END UINT64_C(0x5555555555555555) /* ... and once at the end */
static struct seen states, checked;
static uint64_t ends, steps;
static unsigned searches;

static ucontext_t scheduler;
static int current = -1;
static bool deliver, exploring;
static unsigned child_steps; /* not 0: a fork's child is being followed */

/* --- failures --- */

static void say_choice(unsigned choice)
{
    unsigned kind = choice % CHOICES;
    printf(" %u", choice / CHOICES);
    if (kind == SIGNAL)
        printf("s");
    else if (kind >= OLDER)
        printf("v%u", kind - OLDER + 1);
    else if (kind >= COMMIT)
        printf("c%u", kind - COMMIT);
}

static void say(const char *what, va_list arguments)
{
    vfprintf(stdout, what, arguments);
    printf("\nschedule (thread; s: a signal first; cN: one of its stores is seen; vN: it reads"
           " what is N older than the newest), %u steps:",
           depth);
    for (unsigned i = 0; i < depth; i++)
        say_choice(path[i].next - 1);
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
    memory_save(&before, &path[depth - 1].memory);
    memory_changes();
    child_steps = 1;
    coroutines[index].child();
    run(index);
    child_steps = 0;
    memory_restore(&before);
    memory_changes();
    memory_forget(&before);
}

static bool is_alive(unsigned index)
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
        if ((writers & 1u << i) != 0 && (is_alive(i) || !weak_is_drained((int)i)))
            return true;
    return false;
}

static bool can_run(unsigned index)
{
    const struct coroutine *c = &coroutines[index];
    return is_alive(index) && (!c->waits || *c->waits) && !comes_last(index) &&
           (!c->tells || weak_is_drained((int)index)) && weak_can_run((int)index);
}

static bool is_possible(unsigned choice)
{
    unsigned index = choice / CHOICES, kind = choice % CHOICES;
    const struct coroutine *c = &coroutines[index];
    if (kind >= COMMIT && kind < OLDER)
        return kind - COMMIT < weak_commits((int)index);
    if (!can_run(index))
        return false;
    if (kind == SIGNAL)
        return c->handler && c->status == READY && !c->waits;
    return kind == RUN || kind - OLDER + 1 < weak_values((int)index);
}

/* The next choice that is possible in the state on top; -1: none is left. */
static int next_choice(struct state *top)
{
    while (top->next < CHOICES * EXPLORE_THREADS) {
        unsigned choice = top->next++;
        if (is_possible(choice))
            return (int)choice;
    }
    return -1;
}

static bool ended(void)
{
    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        if (is_alive(i) || !weak_is_drained((int)i))
            return false;
    return true;
}

static bool stuck(void)
{
    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        if (can_run(i) || weak_commits((int)i))
            return false;
    return !ended();
}

/* Lets a thread do one step, or others see one of its stores. */
static void choose(unsigned choice)
{
    unsigned index = choice / CHOICES, kind = choice % CHOICES;
    bool is_done[EXPLORE_THREADS];
    memory_changes();
    if (kind >= COMMIT && kind < OLDER) {
        weak_commit((int)index, kind - COMMIT);
    } else {
        if (coroutines[index].status == FORKING)
            follow_child((int)index);
        deliver = kind == SIGNAL;
        if (kind >= OLDER)
            weak_choose((int)index, kind - OLDER + 1);
        run((int)index);
    }
    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        is_done[i] = !is_alive(i);
    weak_settle(is_done);
}

static void push(void)
{
    if (depth == DEPTH_MAX)
        explore_fail("a schedule does not come to an end");
    path[depth].next = 0;
    memory_save(&path[depth].memory, depth > 0 ? &path[depth - 1].memory : NULL);
    depth++;
}

static void pop(void)
{
    memory_forget(&path[--depth].memory);
}

/* All that can be reached from the memory as it is.  Ends with the first schedule that teaches
 * something. */
static void search(void (*check)(bool at_end), void (*note)(void))
{
    seen_add(&states, memory_hash(NULL));
    push();
    bool is_top = true; /* the memory is the state on top */
    while (depth > 0) {
        struct state *top = &path[depth - 1];
        if (!is_top)
            memory_restore(&top->memory);
        int choice = next_choice(top);
        if (choice < 0) {
            pop();
            is_top = false;
            continue;
        }
        choose((unsigned)choice);
        steps++;
        if (is_abandoned)
            break;
        if (note)
            note();
        if (stuck())
            explore_fail("no thread can go on");
        ends += ended();
        is_top = seen_add(&states, memory_hash(&top->memory));
        if (is_top && check && seen_add(&checked, memory_shared_hash() ^ (ended() ? END : 0)))
            check(ended());
        if (is_top && ended())
            memory_changes(); /* a check of what is left may take it out and put it back */
        if (has_learned && (!is_top || ended()))
            break;
        if (is_top)
            push();
    }
    while (depth > 0)
        pop();
}

void explore(void (*check)(bool at_end), void (*note)(void))
{
    struct memory_copy first;
    memory_track(coroutines, sizeof coroutines);
    memory_track(stacks, sizeof stacks);
    weak_begin();
    memory_watch();
    memory_know(coroutines, sizeof coroutines);
    for (unsigned i = 0; i < EXPLORE_THREADS && coroutines[i].status; i++)
        memory_know(stacks[i], STACK);
    if (!check && !note)
        watched = watched_end = NULL;
    exploring = true;
    memory_save(&first, NULL);
    do {
        memory_restore(&first);
        if (searches == SEARCHES_MAX)
            explore_fail("what was learned is forgotten");
        seen_forget(&states);
        has_learned = is_abandoned = false;
        ends = 0;
        searches++;
        search(check, note);
    } while (has_learned);
    memory_forget(&first);
    printf("%zu states of %u pages, %zu checked, %llu ends; %llu steps in %u searches\n",
           states.count, memory_pages(), checked.count, (unsigned long long)ends,
           (unsigned long long)steps, searches);
}
