/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocates 100 blocks, forks N children that free 50 of these, allocate 10 of
 * their own and end by exit or _exit; frees 50 itself.  Prints who has which pid.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void *blocks[100];

__attribute__((noinline)) static void *in_parent(void)
{
    void *volatile block = malloc(5);
    return block;
}
__attribute__((noinline)) static void in_child(void)
{
    void *volatile block = malloc(100);
    (void)block;
}

int main(int argc, char **argv)
{
    int children = argc > 1 ? atoi(argv[1]) : 1;
    for (int n = 0; n < 100; n++)
        blocks[n] = in_parent();
    printf("parent %d\n", (int)getpid());
    fflush(stdout);
    for (int child = 0; child < children; child++) {
        if (fork() != 0)
            continue;
        for (int n = 0; n < 50; n++)
            free(blocks[n]);
        for (int n = 0; n < 10; n++)
            in_child();
        printf("child %d\n", (int)getpid());
        fflush(stdout);
        if (child % 2)
            exit(0);
        _exit(0);
    }
    while (wait(NULL) > 0)
        ;
    for (int n = 0; n < 50; n++)
        free(blocks[n]);
    return 0;
}
