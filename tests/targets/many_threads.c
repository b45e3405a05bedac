/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * many_threads N: N threads live at once, each with a few blocks from three places; prints
 * the resident memory of the process in KiB, all kinds of it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_barrier_t all_there, measured;

__attribute__((noinline)) static void *one(void)
{
    return malloc(64);
}
__attribute__((noinline)) static void *two(void)
{
    return calloc(1, 600);
}
static void *body(void *argument)
{
    void *volatile blocks[] = {one(), two(), realloc(one(), 100)};
    free(blocks[1]);
    pthread_barrier_wait(&all_there);
    pthread_barrier_wait(&measured);
    return argument;
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    pthread_t *threads = malloc(count * sizeof *threads);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    pthread_barrier_init(&all_there, NULL, count + 1);
    pthread_barrier_init(&measured, NULL, count + 1);
    for (unsigned n = 0; n < count; n++)
        if (pthread_create(&threads[n], &small, body, NULL))
            abort();
    pthread_barrier_wait(&all_there);
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, status))
        if (!strncmp(line, "VmRSS:", 6))
            printf("%d\n", atoi(line + 6));
    fclose(status);
    pthread_barrier_wait(&measured);
    for (unsigned n = 0; n < count; n++)
        pthread_join(threads[n], NULL);
}
