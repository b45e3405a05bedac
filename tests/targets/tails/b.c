/* SPDX-License-Identifier: Apache-2.0
 *
 * Another file, with a local function of a name that a.c has, too.
 */
#include <stdlib.h>

#ifdef __clang__
#define APART __attribute__((noinline))
#else
#define APART __attribute__((noipa))
#endif

APART void *xmalloc(size_t n)
{
    return malloc(n); /* XMALLOC */
}

APART static void *get(size_t n)
{
    return malloc(n); /* GET_B */
}

APART void *get_b(size_t n)
{
    return get(n); /* CALL_B */
}
