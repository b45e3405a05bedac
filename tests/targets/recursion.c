/* SPDX-License-Identifier: Apache-2.0
 * build: -fno-omit-frame-pointer -O0
 *
 * Allocates below N calls of one function.
 */
#include <stdlib.h>

static void *recurse(int depth)
{
    void *volatile block = depth == 0 ? malloc(100) : recurse(depth - 1);
    return block;
}

int main(int argc, char **argv)
{
    return recurse(argc > 1 ? atoi(argv[1]) : 10) == NULL;
}
