/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * fork_storm ROUNDS: forks again and again while three threads allocate as fast as they
 * can; each child frees what it inherited, allocates 10 blocks of 100 bytes in `in_child`
 * and ends by exit or _exit.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int ended;
static void *volatile inherited[50];

__attribute__((noinline)) static void *in_parent(void)
{
    return malloc(5);
}
__attribute__((noinline)) static void *in_child(void)
{
    return malloc(100);
}

static void *storm(void *argument)
{
    while (!ended) {
        void *volatile blocks[8];
        for (int n = 0; n < 8; n++)
            blocks[n] = malloc(10 + (size_t)n * 70);
        for (int n = 0; n < 8; n++)
            free(blocks[n]);
    }
    return argument;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 10;
    pthread_t threads[3];
    for (int n = 0; n < 50; n++)
        inherited[n] = in_parent();
    for (int n = 0; n < 3; n++)
        pthread_create(&threads[n], NULL, storm, NULL);
    for (int round = 0; round < rounds; round++) {
        int status = -1;
        pid_t pid = fork();
        if (pid == 0) {
            void *volatile blocks[10];
            for (int n = 0; n < 50; n++)
                free(inherited[n]);
            for (int n = 0; n < 10; n++)
                blocks[n] = in_child();
            for (int n = 0; n < 5; n++)
                free(blocks[n]);
            if (round % 2)
                exit(7);
            _exit(7);
        }
        if (waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != 7)
            printf("round %d: status %x\n", round, (unsigned)status);
    }
    ended = 1;
    for (int n = 0; n < 3; n++)
        pthread_join(threads[n], NULL);
    for (int n = 0; n < 50; n++)
        free(inherited[n]);
}
