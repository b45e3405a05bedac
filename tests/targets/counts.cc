// SPDX-License-Identifier: Apache-2.0
// build: -fno-builtin -faligned-new -Wno-unused-result
//
// Each member of the family in a function of its own, N (10) times with 100 bytes; every
// second block is given back, by the member that belongs to it (128 bytes where an alignment rounds
// up).
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <malloc.h>
#include <new>

using sized_free = void(void *, size_t);
using aligned_free = void(void *, size_t, size_t);
static auto *free_sized_or_free = (sized_free *)dlsym(RTLD_DEFAULT, "free_sized");
static auto *free_aligned_or_free = (aligned_free *)dlsym(RTLD_DEFAULT, "free_aligned_sized");

static int count;

static void sized(void *p)
{
    free_sized_or_free ? free_sized_or_free(p, 100) : free(p);
}
static void sized_aligned(void *p)
{
    free_aligned_or_free ? free_aligned_or_free(p, 64, 100) : free(p);
}
static void *posix(size_t alignment, size_t size)
{
    void *p = nullptr;
    return posix_memalign(&p, alignment, size) ? nullptr : p;
}

#define WAY(name, get, put)                                                                        \
    __attribute__((noinline)) static void name()                                                   \
    {                                                                                              \
        for (int n = 0; n < count; n++) {                                                          \
            errno = 1234;                                                                          \
            void *volatile p = (get);                                                              \
            int after = errno;                                                                     \
            if (n % 2)                                                                             \
                put;                                                                               \
            if (!p || after != 1234 || errno != 1234)                                              \
                puts("wrong: " #name);                                                             \
        }                                                                                          \
    }
constexpr auto align = std::align_val_t(64);
WAY(by_malloc, malloc(100), free(p))
WAY(by_malloc_sized, malloc(100), sized(p))
WAY(by_calloc, calloc(4, 25), free(p))
WAY(by_realloc, realloc(nullptr, 100), free(p))
WAY(by_reallocarray, reallocarray(nullptr, 4, 25), free(p))
WAY(by_aligned_alloc, aligned_alloc(64, 100), sized_aligned(p))
WAY(by_memalign, memalign(64, 100), free(p))
WAY(by_valloc, valloc(100), free(p))
WAY(by_posix, posix(64, 100), free(p))
WAY(by_new, operator new(100), operator delete(p))
WAY(by_new_sized, operator new(100), operator delete(p, 100))
WAY(by_new_array, operator new[](100), operator delete[](p))
WAY(by_new_array_sized, operator new[](100), operator delete[](p, 100))
WAY(by_nothrow, operator new(100, std::nothrow), operator delete(p, std::nothrow))
WAY(by_array_nothrow, operator new[](100, std::nothrow), operator delete[](p, std::nothrow))
WAY(by_aligned, operator new(128, align), operator delete(p, align))
WAY(by_aligned_sized, operator new(128, align), operator delete(p, 128, align))
WAY(by_array_aligned, operator new[](128, align), operator delete[](p, align))
WAY(by_aligned_nothrow, operator new(128, align, std::nothrow),
                        operator delete(p, align, std::nothrow))
WAY(by_grown, realloc(malloc(10), 100), free(p))

int main(int argc, char **argv)
{
    count = argc > 1 ? atoi(argv[1]) : 10;
    by_malloc();
    by_malloc_sized();
    by_calloc();
    by_realloc();
    by_reallocarray();
    by_aligned_alloc();
    by_memalign();
    by_valloc();
    by_posix();
    by_new();
    by_new_sized();
    by_new_array();
    by_new_array_sized();
    by_nothrow();
    by_array_nothrow();
    by_aligned();
    by_aligned_sized();
    by_array_aligned();
    by_aligned_nothrow();
    by_grown();
}
