/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * handoff N: one thread allocates N blocks of 16 to 271 bytes, another frees them; they
 * pass on a thousand at a time and sleep while there is nothing to do.
 */
#include "clock.h"

#include <pthread.h>
#include <stdlib.h>

enum { BATCH = 1000, RING = 8 };

static char *ring[RING][BATCH];
static long batches, filled, emptied;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* Waits until *mine is less than `ahead` beyond *other. */
static void wait_turn(const long *mine, const long *other, long ahead)
{
    pthread_mutex_lock(&lock);
    while (*mine - *other >= ahead)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}
static void done(long *mine)
{
    pthread_mutex_lock(&lock);
    ++*mine;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static void *consume(void *unused)
{
    for (long n = 0; n < batches; n++) {
        wait_turn(&emptied, &filled, 0);
        for (int k = 0; k < BATCH; k++)
            free(ring[n % RING][k]);
        done(&emptied);
    }
    return unused;
}

int main(int argc, char **argv)
{
    batches = (argc > 1 ? atol(argv[1]) : 1000000) / BATCH;
    unsigned random = 1;
    pthread_t consumer;
    double start = cpu_ns();
    if (pthread_create(&consumer, NULL, consume, NULL))
        return 1;
    for (long n = 0; n < batches; n++) {
        wait_turn(&filled, &emptied, RING);
        for (int k = 0; k < BATCH; k++)
            *(ring[n % RING][k] = malloc(16 + next_random(&random) % 256)) = 1;
        done(&filled);
    }
    pthread_join(consumer, NULL);
    print_cost(start, batches * BATCH);
    return 0;
}
