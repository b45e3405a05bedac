/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * hold BLOCKS SIZE THREADS: allocates BLOCKS blocks of SIZE bytes in all, by THREADS threads
 * that live at the same time, keeps them, and prints its resident set in bytes.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long blocks;
static size_t size;
static pthread_barrier_t allocated, measured;

static void allocate(void)
{
    char *last = NULL;
    for (long n = 0; n < blocks; n++) {
        char *block = malloc(size);
        memset(block, 1, size);
        memcpy(block, &last, sizeof last);
        last = block;
    }
}

static void *body(void *unused)
{
    allocate();
    pthread_barrier_wait(&allocated);
    pthread_barrier_wait(&measured);
    return unused;
}

static long resident_bytes(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &pages, &resident) != 2)
        return -1;
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

int main(int argc, char **argv)
{
    if (argc != 4 || atol(argv[2]) < (long)sizeof(char *))
        return 1;
    int threads = atoi(argv[3]);
    blocks = atol(argv[1]) / threads;
    size = (size_t)atol(argv[2]);
    pthread_barrier_init(&allocated, NULL, (unsigned)threads);
    pthread_barrier_init(&measured, NULL, (unsigned)threads);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    for (int n = 1; n < threads; n++) {
        pthread_t thread;
        if (pthread_create(&thread, &small, body, NULL))
            return 1;
    }
    allocate();
    pthread_barrier_wait(&allocated);
    printf("%ld\n", resident_bytes());
    fflush(stdout);
    pthread_barrier_wait(&measured);
    return 0;
}
