/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * N threads allocate and free until the process is ended from outside.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile int ended;

static void *storm(void *argument)
{
    unsigned random = (unsigned)(size_t)argument;
    static _Thread_local void *slots[64];
    while (!ended) {
        random = random * 1664525u + 1013904223u;
        void **slot = &slots[random >> 26];
        free(*slot);
        *slot = malloc(1 + (random >> 8) % 5000);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int threads = argc > 1 ? atoi(argv[1]) : 2;
    for (int n = 0; n < threads; n++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, storm, (void *)(size_t)(n + 1)))
            abort();
    }
    puts("ready");
    fflush(stdout);
    pause();
}
