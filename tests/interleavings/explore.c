/* SPDX-License-Identifier: Apache-2.0
 *
 * Depth first: the path is a stack of states, each with the choices not yet tried.
 */
#include "tests/interleavings/explore.h"
#include "tests/interleavings/memory.h"
#include "tests/interleavings/seen.h"
#include "tests/interleavings/threads.h"
#include "tests/interleavings/weak.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEPTH_MAX    4096u
#define SEARCHES_MAX 2000u

/* What can come next, for each thread: it runs to its next step, with a signal first or not, or
 * reading an older value; or one of its stores is seen. */
enum { RUN = 0, SIGNAL = 1, COMMIT = 2, OLDER = 10, CHOICES = 18 };

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

/* --- choices --- */

static bool is_possible(unsigned choice)
{
    unsigned index = choice / CHOICES, kind = choice % CHOICES;
    if (kind >= COMMIT && kind < OLDER)
        return kind - COMMIT < weak_commits((int)index);
    if (!threads_can_run(index))
        return false;
    if (kind == SIGNAL)
        return threads_can_get_signal(index);
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
        if (threads_is_alive(i) || !weak_is_drained((int)i))
            return false;
    return true;
}

static bool stuck(void)
{
    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        if (threads_can_run(i) || weak_commits((int)i))
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
        if (kind >= OLDER)
            weak_choose((int)index, kind - OLDER + 1);
        threads_run(index, kind == SIGNAL);
    }
    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        is_done[i] = !threads_is_alive(i);
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
        if (threads_schedule_is_abandoned())
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
        if (threads_have_learned() && (!is_top || ended()))
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
    threads_track();
    weak_begin();
    memory_watch();
    threads_begin(check || note);
    memory_save(&first, NULL);
    do {
        memory_restore(&first);
        if (searches == SEARCHES_MAX)
            explore_fail("what was learned is forgotten");
        seen_forget(&states);
        threads_begin_search();
        ends = 0;
        searches++;
        search(check, note);
    } while (threads_have_learned());
    memory_forget(&first);
    printf("%zu states of %u pages, %zu checked, %llu ends; %llu steps in %u searches\n",
           states.count, memory_pages(), checked.count, (unsigned long long)ends,
           (unsigned long long)steps, searches);
}
