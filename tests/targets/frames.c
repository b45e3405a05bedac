/* SPDX-License-Identifier: Apache-2.0
 * build: -O2 -pthread
 *
 * frames shapes: allocates in frames of many shapes, and in a signal's handler that interrupts a
 * function without a frame of its own.
 * frames threads N: in four threads, N blocks of 48 bytes each, every other of them freed.
 * frames forks N: N blocks of 64 bytes; then in a child as many of 80.
 * frames waits N: N blocks of 96 bytes, says so, and waits to be killed.
 * Ends with 3.
 */
#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What follows the call keeps it from being a jump, and the compiler from looking into it. */
#define STAY  __asm__ volatile("" ::: "memory")
#define SHAPE __attribute__((noinline, noclone))

static void *volatile kept;
static volatile int zero;
static sigjmp_buf back;

SHAPE static void in_small(size_t bytes)
{
    kept = malloc(bytes);
    STAY;
}

SHAPE static void in_large(size_t bytes)
{
    char room[100000];
    __asm__ volatile("" ::"r"(room) : "memory");
    in_small(bytes);
    STAY;
}

SHAPE static void in_dynamic(size_t bytes)
{
    char *room = alloca(bytes + (size_t)zero);
    __asm__ volatile("" ::"r"(room) : "memory");
    in_large(bytes);
    STAY;
}

SHAPE static void in_aligned(size_t bytes)
{
    char room[256] __attribute__((aligned(128)));
    __asm__ volatile("" ::"r"(room) : "memory");
    in_dynamic(bytes);
    STAY;
}

SHAPE static long in_many_registers(long a, long b, long c, long d, long e, long f)
{
    for (long i = 0; i < 2; i++) {
        in_aligned((size_t)(a + i));
        b += a * c, c ^= d, d += e, e ^= f, f += b;
    }
    return a + b + c + d + e + f;
}

/* The store faults: nothing of this function is on the stack, and on some machines not even
 * where it returns to. */
SHAPE static void in_leaf(volatile int *nowhere)
{
    *nowhere = 1;
}

static void handle(int signal)
{
    in_small(2000 + (size_t)signal * 0);
    siglongjmp(back, 1);
}

SHAPE static void in_interrupted(void)
{
    in_leaf((volatile int *)(long)zero);
    STAY;
}

static void shapes(void)
{
    kept = (void *)in_many_registers(1000, 2, 3, 4, 5, 6);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    sigaction(SIGSEGV, &action, NULL);
    if (sigsetjmp(back, 1) == 0)
        in_interrupted();
}

static void *thread(void *times)
{
    for (long i = 0; i < *(long *)times; i++) {
        void *volatile block = malloc(48);
        if (i % 2)
            free(block);
    }
    return NULL;
}

static void threads(long times)
{
    pthread_t ids[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&ids[i], NULL, thread, &times);
    for (int i = 0; i < 4; i++)
        pthread_join(ids[i], NULL);
}

static void blocks(long times, size_t bytes)
{
    for (long i = 0; i < times; i++)
        in_small(bytes);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    long times = argc > 2 ? atol(argv[2]) : 1;
    if (strcmp(what, "shapes") == 0) {
        shapes();
    } else if (strcmp(what, "threads") == 0) {
        threads(times);
    } else if (strcmp(what, "forks") == 0) {
        blocks(times, 64);
        if (fork() == 0) {
            blocks(times, 80);
            exit(4);
        }
        wait(NULL);
    } else if (strcmp(what, "waits") == 0) {
        blocks(times, 96);
        if (write(1, "ready\n", 6) == 6)
            pause();
    }
    return 3;
}
