// SPDX-License-Identifier: Apache-2.0
//
// Frees in a static destructor and in an atexit handler; leaks one block.
#include <cstdlib>

struct holder {
    void *block;
    __attribute__((noinline)) holder() : block(malloc(1234))
    {
    }
    ~holder()
    {
        free(block);
    }
};
static holder one;
static void *volatile by_handler, *volatile leaked;

int main()
{
    by_handler = malloc(4321);
    leaked = malloc(54321);
    atexit([] { free(by_handler); });
    return 0;
}
