/* SPDX-License-Identifier: Apache-2.0
 * build: -O1 -fno-inline -fno-optimize-sibling-calls
 *
 * Functions that pass allocations on, under names that nobody has listed, and others that
 * are not what they look like.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEEP(block) (kept[count++ % 1024] = (block))
static void *volatile kept[1024];
static unsigned count;

/* A wrapper, and one that calls it. */
static void *grab(size_t size)
{
    void *block = malloc(size);
    if (!block)
        abort();
    return block;
}

static char *grab_copy(const char *text)
{
    char *copy = grab(strlen(text) + 1);
    strcpy(copy, text);
    return copy;
}

/* As often called, but with work of its own: its calls are far down. */
static void *builds(size_t size)
{
    static unsigned table[256];
    unsigned sum = 0;
    for (unsigned i = 0; i < 256; i++)
        table[i] = i * 2654435761u;
    for (unsigned i = 0; i < 256; i++) {
        if (table[i] % 3 == 0)
            sum += table[i];
        else if (table[i] % 5 == 0)
            sum ^= table[i];
        else
            sum -= i;
    }
    for (unsigned i = 0; i < size % 16; i++)
        sum = sum << 3 | sum >> 29;
    if (sum == 12345)
        puts("never");
    return malloc(size + (sum & 1));
}

/* A wrapper by its code, but only three callers. */
static void *rare(size_t size)
{
    return malloc(size);
}

/* Called as often, but it also calls another function that allocates. */
static void *mixes(size_t size)
{
    if (size % 2)
        return rare(size);
    return malloc(size);
}

#define CALLER(n)                                                                                  \
    static void caller_##n(void)                                                                   \
    {                                                                                              \
        KEEP(grab(100 + n));                                                                       \
        KEEP(grab_copy("some text" #n));                                                           \
        KEEP(builds(200 + n));                                                                     \
        KEEP(mixes(300 + n));                                                                      \
    }
CALLER(1)
CALLER(2)
CALLER(3)
CALLER(4)
CALLER(5)
CALLER(6)
CALLER(7)
CALLER(8)
CALLER(9)

int main(void)
{
    caller_1();
    caller_2();
    caller_3();
    caller_4();
    caller_5();
    caller_6();
    caller_7();
    caller_8();
    caller_9();
    KEEP(rare(1000));
    return 0;
}
