/* SPDX-License-Identifier: Apache-2.0
 * build: -fno-builtin -pthread
 *
 * pairs N SIZE THREADS: N pairs of malloc and free in all, nothing else.
 */
#include "clock.h"

#include <pthread.h>
#include <stdlib.h>

static long count;
static size_t size;

static void *body(void *unused)
{
    (void)unused;
    for (long n = 0; n < count; n++)
        free(malloc(size));
    return NULL;
}

int main(int argc, char **argv)
{
    long all = argc > 1 ? atol(argv[1]) : 20000000;
    size = argc > 2 ? (size_t)atol(argv[2]) : 32;
    int threads = argc > 3 ? atoi(argv[3]) : 1;
    pthread_t thread[64];
    if (threads < 1 || threads > 64)
        return 1;
    count = all / threads;
    double start = cpu_ns();
    for (int n = 1; n < threads; n++)
        if (pthread_create(&thread[n], NULL, body, NULL))
            return 1;
    body(NULL);
    for (int n = 1; n < threads; n++)
        pthread_join(thread[n], NULL);
    print_cost(start, all);
}
