/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread -fno-builtin
 *
 * plateaus PATTERN THREADS SEED [fork | last]: five plateaus of heights that the seed draws, each
 * held by a function of its own and the highest at least 15 % above the others.  Prints the
 * highest one's name and bytes.  How they are climbed is the pattern: plain, as a saw with teeth
 * half as high, by realloc, or by threads that allocate for others that free.  fork: a child
 * climbs them and prints its pid, and its parent holds more.  last: the highest is the last, and
 * then it says so and waits.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PLATEAUS = 5, BLOCKS = 1024, THREADS_MAX = 64, TOTAL = 64 << 20 };

static char *blocks[THREADS_MAX][BLOCKS];
static pthread_barrier_t barrier, started;
static size_t heights[PLATEAUS]; /* of each block, in bytes */
static int count, best;
static const char *pattern;

/* Two frames, so that realloc's stack has the function, too. */
#define PLATEAU(n)                                                                                 \
    __attribute__((noinline)) static char *plateau_##n(char *old, size_t bytes)                    \
    {                                                                                              \
        char *volatile block = old ? realloc(old, bytes) : malloc(bytes);                          \
        if (!block)                                                                                \
            abort();                                                                               \
        return block;                                                                              \
    }
PLATEAU(0)
PLATEAU(1)
PLATEAU(2)
PLATEAU(3)
PLATEAU(4)
static char *(*const plateaus[PLATEAUS])(char *, size_t) = {plateau_0, plateau_1, plateau_2,
                                                            plateau_3, plateau_4};

static void climb(int self, int n)
{
    for (int i = 0; i < BLOCKS / count; i++) {
        char **block = &blocks[self][i];
        if (strcmp(pattern, "realloc") == 0)
            for (size_t bytes = heights[n] / 8; bytes < heights[n]; bytes *= 2)
                *block = plateaus[n](*block, bytes);
        *block = plateaus[n](*block, heights[n]);
    }
}
static void descend(int self)
{
    for (int i = 0; i < BLOCKS / count; i++) {
        free(blocks[self][i]);
        blocks[self][i] = NULL;
    }
}
/* Up and half down again and again, and up to the height at last. */
static void saw(int self, int n)
{
    for (int tooth = 0; tooth < 4; tooth++) {
        int top = BLOCKS / count;
        for (int i = 0; i < top; i++)
            if (!blocks[self][i])
                blocks[self][i] = plateaus[n](NULL, heights[n]);
        for (int i = tooth < 3 ? top / 2 : top; i < top; i++) {
            free(blocks[self][i]);
            blocks[self][i] = NULL;
        }
    }
}

static void *work(void *argument)
{
    int self = (int)(intptr_t)argument;
    /* Each thread's random numbers follow from its place in the order of first allocations. */
    if (self > 0) {
        void *volatile first = malloc(1);
        free(first);
        pthread_barrier_wait(&started);
    }
    for (int n = 0; n < PLATEAUS; n++) {
        if (strcmp(pattern, "saw") == 0)
            saw(self, n);
        else
            climb(self, n);
        pthread_barrier_wait(&barrier);
        if (n == PLATEAUS - 1 && best == n)
            return NULL; /* held */
        /* Consumers free what their neighbours made. */
        descend(strcmp(pattern, "hand") == 0 ? (self + 1) % count : self);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

static void draw(unsigned seed, int is_last)
{
    unsigned random = seed * 2654435761u + 12345;
    best = is_last ? PLATEAUS - 1 : (int)(random >> 16) % (PLATEAUS - 1);
    for (int n = 0; n < PLATEAUS; n++) {
        random = random * 1664525u + 1013904223u;
        unsigned percent = n == best ? 100 : 40 + (random >> 8) % 46; /* to 85 */
        heights[n] = (size_t)TOTAL / BLOCKS / 100 * percent;
    }
}

static void climb_all(void)
{
    pthread_t threads[THREADS_MAX];
    pthread_barrier_init(&barrier, NULL, (unsigned)count);
    pthread_barrier_init(&started, NULL, 2);
    for (int i = 1; i < count; i++) {
        if (pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i) != 0)
            abort();
        pthread_barrier_wait(&started);
    }
    work(NULL);
    for (int i = 1; i < count; i++)
        pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
    const char *how = argc > 4 ? argv[4] : "";
    if (argc < 4 || (count = atoi(argv[2])) < 1 || count > THREADS_MAX)
        return 2;
    pattern = argv[1];
    draw((unsigned)atoi(argv[3]), strcmp(how, "last") == 0);
    printf("plateau_%d %zu\n", best, heights[best] * (size_t)(BLOCKS / count * count));
    fflush(stdout);
    if (strcmp(how, "fork") == 0) {
        char *volatile more = malloc((size_t)TOTAL * 2);
        pid_t child = fork();
        if (child == 0) {
            printf("%d\n", (int)getpid());
            fflush(stdout);
            climb_all();
        } else {
            waitpid(child, NULL, 0);
        }
        free(more);
        return 0;
    }
    climb_all();
    if (strcmp(how, "last") == 0) {
        puts("ready");
        fflush(stdout);
        pause();
    }
    return 0;
}
