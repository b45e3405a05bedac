// SPDX-License-Identifier: Apache-2.0
// build: -static-libstdc++ -static-libgcc
//
// Operators new and delete of its own, with a header before each block: one of a pair
// taken by somebody else would crash.
#include <cstdlib>
#include <new>

static int balance;
void *operator new(size_t size)
{
    balance++;
    return static_cast<char *>(malloc(size + 64)) + 64;
}
void operator delete(void *block) noexcept
{
    if (block) {
        balance--;
        free(static_cast<char *>(block) - 64);
    }
}
void operator delete(void *block, size_t) noexcept
{
    operator delete(block);
}

extern "C" int plugin_run();
extern "C" int plugin_run()
{
    for (int n = 0; n < 100; n++)
        delete new long;
    int *volatile kept = new int;
    int result = balance;
    delete kept;
    return result;
}
