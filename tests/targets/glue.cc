// SPDX-License-Identifier: Apache-2.0
// build: -Wno-unused-result
//
// Allocates directly and through the C++ library, each way in a function of its own.
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#define WAY(name, expression)                                                                      \
    __attribute__((noinline)) static void *name()                                                  \
    {                                                                                              \
        void *volatile p = (expression);                                                           \
        return p;                                                                                  \
    }
WAY(by_malloc, malloc(100))
WAY(by_calloc, calloc(10, 10))
WAY(by_realloc, realloc(nullptr, 100))
WAY(by_aligned, aligned_alloc(64, 128))
WAY(by_new, new double)
WAY(by_new_array, new int[100])
WAY(by_strdup, strdup("a string"))
WAY(by_vector, (new std::vector<int>(1000))->data())
WAY(by_string, (new std::string(500, 'x'))->data())
WAY(by_map, (new std::map<int, int>{{1, 2}, {3, 4}}))

int main()
{
    by_malloc();
    by_calloc();
    by_realloc();
    by_aligned();
    by_new();
    by_new_array();
    by_strdup();
    by_vector();
    by_string();
    by_map();
}
