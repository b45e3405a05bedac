/* SPDX-License-Identifier: Apache-2.0
 *
 * heavy allocate N SIZE: allocates N blocks of SIZE bytes; its last act is to print the
 *   monotonic clock in nanoseconds.
 * heavy walk SITES DEPTH: allocates on SITES distinct stacks of DEPTH calls, each of a function
 *   drawn at random; a stack has a random part in common with the one before.
 */
#include "../clock.h"

#include <stdlib.h>
#include <string.h>

typedef void *walker(void *);
extern const int walkers_each, walkers_parts;
extern walker *const *const walkers[];

enum { DEPTH_MAX = 500 };
static walker *path[DEPTH_MAX];
static int depth;

void *walk_on(void *walk);
void *walk_on(void *walk)
{
    int *at = walk;
    void *volatile block = *at == depth ? malloc(24) : path[(*at)++](walk);
    return block;
}

static void walk(long sites)
{
    unsigned random = 1;
    int keep = 0;
    for (long n = 0; n < sites; n++) {
        for (int k = keep; k < depth; k++)
            path[k] = walkers[next_random(&random) % (unsigned)walkers_parts]
                             [next_random(&random) % (unsigned)walkers_each];
        int at = 0;
        if (!walk_on(&at))
            abort();
        keep = (int)(next_random(&random) % (unsigned)depth);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 1;
    long count = atol(argv[2]), argument = atol(argv[3]);
    if (strcmp(argv[1], "walk") == 0) {
        depth = argument < DEPTH_MAX ? (int)argument : DEPTH_MAX;
        walk(count);
        return 0;
    }
    for (long n = 0; n < count; n++) {
        void *volatile block = malloc((size_t)argument);
        (void)block;
    }
    print_clock();
    return 0;
}
