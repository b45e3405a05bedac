/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/symbols/allocator_names.h"

#include <stddef.h>
#include <string.h>

static bool is_one_of(const char *symbol, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(symbol, names[i]) == 0)
            return true;
    return false;
}

bool allocator_takes(const char *symbol)
{
    static const char *const names[] = {"malloc",       "calloc",        "realloc",
                                        "reallocarray", "aligned_alloc", "valloc",
                                        "memalign",     "pvalloc",       "posix_memalign"};
    return is_one_of(symbol, names, sizeof(names) / sizeof(names[0])) ||
           strncmp(symbol, "_Znwm", 5) == 0 || strncmp(symbol, "_Znam", 5) == 0;
}

bool allocator_releases(const char *symbol)
{
    static const char *const names[] = {"free", "cfree", "free_sized", "free_aligned_sized",
                                        "malloc_usable_size"};
    return is_one_of(symbol, names, sizeof(names) / sizeof(names[0])) ||
           strncmp(symbol, "_ZdlPv", 6) == 0 || strncmp(symbol, "_ZdaPv", 6) == 0;
}
