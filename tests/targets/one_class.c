/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * Four threads malloc, realloc and free blocks of one size class as fast as they can, so
 * that a freed address is another thread's at once; in the end nothing is live.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREADS = 4, ROUNDS = 60000 };

static _Atomic(void *) shared[4];

__attribute__((noinline)) static void *work(void *argument)
{
    for (unsigned n = 0; n < ROUNDS; n++) {
        void *block = malloc(100);
        if (n % 3 == 0)
            block = realloc(block, 110);
        block = atomic_exchange(&shared[n % 4], block);
        if (n % 5 == 0)
            block = realloc(block, 104);
        free(block);
    }
    return argument;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (int n = 0; n < THREADS; n++)
        if (pthread_create(&threads[n], NULL, work, NULL))
            abort();
    for (int n = 0; n < THREADS; n++)
        pthread_join(threads[n], NULL);
    for (int n = 0; n < 4; n++)
        free(shared[n]);
}
