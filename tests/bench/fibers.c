/* SPDX-License-Identifier: Apache-2.0
 * build: -O1 -fno-builtin -fno-optimize-sibling-calls -pthread
 *
 * fibers N WHERE DEPTH: N pairs of malloc and free below DEPTH frames.
 *   main    in a loop at the bottom of the main stack
 *   fiber   the same on a fiber
 *   first   the same on a fiber of a thread that allocates nothing elsewhere
 *   turns   on 1000 fibers in turn, one pair each
 *   swing   on the main stack, one pair in each frame of a recursion from DEPTH to DEPTH + 40
 *   fswing  the same on a fiber
 */
#include "clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { FIBERS = 1000, STACK_BYTES = 1 << 20, SWING = 40 };

static long pairs, done;
static int swing;
static ucontext_t back, fibers[FIBERS];
static int now;

__attribute__((noinline)) static void pair(void)
{
    free(malloc(64));
    done++;
}
__attribute__((noinline)) static void deeper(int levels)
{
    pair();
    if (levels > 0)
        deeper(levels - 1);
    pair();
}
__attribute__((noinline)) static void bottom(void)
{
    while (done < pairs)
        if (swing)
            deeper(SWING);
        else
            pair();
}
__attribute__((noinline)) static int below(int depth, void (*call)(void))
{
    volatile char room[200]; /* a page holds a few frames */
    room[0] = 1;
    if (depth > 0)
        return below(depth - 1, call) + room[0];
    call();
    return 0;
}

static int depth_wanted;
static void fiber(void)
{
    below(depth_wanted, bottom);
    setcontext(&back);
}
static void take_turns(void)
{
    while (done < pairs) {
        pair();
        int me = now;
        now = (now + 1) % FIBERS;
        swapcontext(&fibers[me], &fibers[now]);
    }
}
static void fiber_of_many(void)
{
    below(depth_wanted, take_turns);
    setcontext(&back);
}

static void run_fibers(int count, void (*body)(void))
{
    for (int n = 0; n < count; n++) {
        getcontext(&fibers[n]);
        fibers[n].uc_stack.ss_size = STACK_BYTES;
        fibers[n].uc_stack.ss_sp = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        makecontext(&fibers[n], body, 0);
    }
    swapcontext(&back, &fibers[0]);
}
static void *run_first(void *unused)
{
    run_fibers(1, fiber);
    return unused;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 1;
    pairs = atol(argv[1]);
    depth_wanted = atoi(argv[3]);
    swing = strstr(argv[2], "swing") != NULL;
    double start = cpu_ns();
    pthread_t thread;
    if (strcmp(argv[2], "main") == 0 || strcmp(argv[2], "swing") == 0)
        below(depth_wanted, bottom);
    else if (strcmp(argv[2], "fiber") == 0 || strcmp(argv[2], "fswing") == 0)
        run_fibers(1, fiber);
    else if (strcmp(argv[2], "turns") == 0)
        run_fibers(FIBERS, fiber_of_many);
    else if (strcmp(argv[2], "first") == 0 && !pthread_create(&thread, NULL, run_first, NULL))
        pthread_join(thread, NULL);
    else
        return 1;
    print_cost(start, pairs);
    return 0;
}
