/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * Sixty-four threads that take turns: each fills some memory and frees all of it but the last
 * block, and lives on.  So every arena keeps what one thread needed at a time.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 64
#define BLOCKS  4000
#define BYTES   1000

static pthread_barrier_t done;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static void *work(void *argument)
{
    static char *blocks[BLOCKS];
    pthread_mutex_lock(&turn);
    for (int i = 0; i < BLOCKS; i++)
        memset(blocks[i] = malloc(BYTES), 1, BYTES);
    for (int i = 0; i < BLOCKS - 1; i++)
        free(blocks[i]);
    pthread_mutex_unlock(&turn);
    pthread_barrier_wait(&done);
    return argument;
}

int main(void)
{
    pthread_t threads[THREADS];
    pthread_barrier_init(&done, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0)
            return 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
