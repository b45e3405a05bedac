/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocates three functions deep, from itself and through libc.  The test links it with
 * holes between its segments; built as it is, it has none.
 */
#include <stdlib.h>

#ifdef LIBRARY
void *from_library(size_t bytes)
{
    void *volatile block = malloc(bytes);
    return block;
}
#else
extern void *from_library(size_t bytes) __attribute__((weak)); /* if it is linked with one */

static void *volatile kept;

static __attribute__((noinline)) void *inner(size_t bytes)
{
    kept = malloc(bytes);
    return kept;
}
static __attribute__((noinline)) void *middle(size_t bytes)
{
    void *volatile block = inner(bytes);
    return block;
}
static int compare(const void *a, const void *b)
{
    free(middle(2000));
    return *(const int *)a - *(const int *)b;
}

int main(void)
{
    int numbers[] = {3, 1, 2};
    free(middle(1000));
    if (from_library)
        free(from_library(3000));
    qsort(numbers, 3, sizeof numbers[0], compare);
    return numbers[0] - 1;
}
#endif
