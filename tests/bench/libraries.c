/* SPDX-License-Identifier: Apache-2.0
 * build: -ldl
 *
 * libraries N PREFIX COUNT: opens PREFIX0.so to PREFIX<COUNT - 1>.so, then N times calls one of
 * them at random to allocate and free a block.
 */
#include "clock.h"

#include <dlfcn.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 4)
        return 1;
    long count = atol(argv[1]);
    unsigned libraries = (unsigned)atol(argv[3]), random = 1;
    void (**pair)(void) = calloc(libraries, sizeof *pair);
    for (unsigned n = 0; n < libraries; n++) {
        char name[4096];
        snprintf(name, sizeof name, "%s%u.so", argv[2], n);
        void *library = dlopen(name, RTLD_NOW);
        if (!library || !(pair[n] = (void (*)(void))dlsym(library, "pair")))
            return 2;
        pair[n]();
    }
    double start = cpu_ns();
    for (long n = 0; n < count; n++)
        pair[next_random(&random) % libraries]();
    print_cost(start, count);
    return 0;
}
