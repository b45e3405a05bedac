/* SPDX-License-Identifier: Apache-2.0
 * build: -fno-builtin -pthread
 *
 * short_threads N: N threads, one after the other, that each live about 10 us, in which
 * they allocate and free a thousand blocks.
 */
#include "clock.h"

#include <pthread.h>
#include <stdlib.h>

static void *body(void *unused)
{
    for (int n = 0; n < 1000; n++)
        free(malloc(64));
    return unused;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 10000;
    double start = cpu_ns();
    for (int n = 0; n < count; n++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, body, NULL))
            return 1;
        pthread_join(thread, NULL);
    }
    print_cost(start, count);
    return 0;
}
