/* SPDX-License-Identifier: Apache-2.0
 *
 * A child that frees what its parent allocated, after it allocated itself: 7 blocks in
 * in_child, of which it frees 3.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PARENTS = 2000, CHILDS = 7, FREED = 3 };

static void *of_parent[PARENTS], *of_child[CHILDS];

__attribute__((noinline)) static void *take(unsigned depth)
{
    void *volatile block = depth ? take(depth - 1) : malloc(200);
    return block;
}

__attribute__((noinline)) static void in_child(void)
{
    for (int n = 0; n < CHILDS; n++)
        of_child[n] = malloc(300);
    for (int n = 0; n < PARENTS; n++)
        free(of_parent[n]);
    for (int n = 0; n < FREED; n++)
        free(of_child[n]);
}

int main(void)
{
    int status;
    for (unsigned n = 0; n < PARENTS; n++)
        of_parent[n] = take(n % 50);
    pid_t child = fork();
    if (child == 0) {
        in_child();
        exit(0);
    }
    return child < 0 || waitpid(child, &status, 0) != child || status != 0 ? 9 : 0;
}
