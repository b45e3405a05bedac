// SPDX-License-Identifier: Apache-2.0
// build: -static-libstdc++ -static-libgcc
//
// Operators new and delete of its own, with a header before each block: one of a pair
// taken by somebody else would crash.
#include <cstdlib>
#include <new>

enum { HEADER = 64 };
static const long ours = 0x6f757273;

void *operator new(size_t size)
{
    char *block = static_cast<char *>(malloc(size + HEADER));
    *reinterpret_cast<long *>(block) = ours;
    return block + HEADER;
}
void operator delete(void *block) noexcept
{
    if (block)
        free(static_cast<char *>(block) - HEADER);
}
void operator delete(void *block, size_t) noexcept
{
    operator delete(block);
}

// How many of ten blocks are its own operator's.
extern "C" int plugin_run();
extern "C" int plugin_run()
{
    int own = 0;
    for (int n = 0; n < 10; n++) {
        long *volatile block = new long;
        own += *reinterpret_cast<long *>(reinterpret_cast<char *>(block) - HEADER) == ours;
        delete block;
    }
    return own;
}
