/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls that end in jumps, each with a size of its own; built with -O2.
 */
#include <stdlib.h>
#include <string.h>

#ifdef __clang__
#define APART __attribute__((noinline))
#else
#define APART __attribute__((noipa))
#endif

void *xmalloc(size_t n);
void *get_b(size_t n);
void *blind(size_t n);
void *volatile kept[32];
void *(*volatile pointer)(size_t) = malloc;

APART static void *layer(size_t n)
{
    return xmalloc(n + 1); /* LAYER */
}

APART static void *get(size_t n)
{
    return malloc(n); /* GET_A */
}

APART void *inner(size_t n)
{
    void *volatile p = malloc(n);
    return p;
}

APART void *entry(size_t n)
{
    return inner(n + 1); /* ENTRY */
}

APART void *odd(size_t n, size_t steps);
APART void *even(size_t n, size_t steps)
{
    if (steps == 0)
        return malloc(n);
    return odd(n, steps - 1);
}

APART void *odd(size_t n, size_t steps)
{
    if (steps == 1000)
        return NULL;
    return even(n + steps - steps, steps - 1);
}

APART void *left(size_t n)
{
    return malloc(n);
}

APART void *right(size_t n)
{
    return malloc(n + 0x10000);
}

APART void *fork_here(size_t n)
{
    if (n & 0x10000)
        return right(n);
    return left(n);
}

APART void *pick(size_t n)
{
    if (n & 0x10000)
        return calloc(1, n);
    return malloc(n);
}

APART void *through(size_t n)
{
    return pointer(n);
}

APART void *elsewhere(size_t n, const char *text)
{
    if (text)
        return strdup(text);
    return malloc(n);
}

APART void *seeing(size_t n)
{
    return blind(n);
}

static inline __attribute__((always_inline)) void *soft(size_t n)
{
    return malloc(n + 2); /* SOFT */
}

APART void *hard(size_t n)
{
    if (n == 0)
        return NULL;
    return soft(n);
}

APART void *deep(size_t n)
{
    void *volatile p = malloc(n);
    return p;
}

APART void *hop(size_t n)
{
    return deep(n - 1);
}

APART void *flat(size_t n)
{
    void *volatile p = malloc(n);
    return p;
}

APART void *route(size_t n, int by_hop)
{
    return by_hop ? hop(n) : flat(n);
}

APART void *recurse(size_t n, int depth)
{
    void *volatile p = depth ? recurse(n, depth - 1) : malloc(n);
    return p;
}

APART void *entry_of_recurse(size_t n)
{
    return recurse(n, 0);
}

APART void work(void)
{
    kept[0] = xmalloc(1001); /* WORK */
    kept[1] = layer(1001);
    kept[2] = get(1003);
    kept[3] = get_b(1004);
    kept[4] = entry(1004);
    kept[5] = even(1006, 4);
    kept[6] = fork_here(1007);
    kept[7] = pick(1008);
    kept[8] = through(1009);
    kept[9] = elsewhere(1010, NULL);
    kept[10] = seeing(1011);
    kept[11] = hard(1010);
    for (int i = 0; i < 2; i++)
        kept[12 + i] = route(1014, !i);
    kept[14] = inner(1015);
    kept[15] = entry_of_recurse(1016);
}

int main(void)
{
    work();
    return 0;
}
