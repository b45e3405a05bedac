/* SPDX-License-Identifier: Apache-2.0
 *
 * regress EXTRA KEPT [NOISE]: a thousand requests, each of which allocates; every tenth makes
 * EXTRA allocations more, and each keeps KEPT bytes.  With NOISE the number of requests depends
 * on the process id.
 * build: -O1 -fno-builtin
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *kept[4096];

static __attribute__((noinline)) char *copy_text(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    return copy ? strcpy(copy, text) : NULL;
}

static __attribute__((noinline)) void parse_request(int number, int extra)
{
    for (int i = 0; i < 3 + (number % 10 == 0 ? extra : 0); i++)
        free(copy_text("a text of some thirty characters"));
}

static __attribute__((noinline)) void handle_request(int number, int extra, int keep)
{
    parse_request(number, extra);
    if (keep)
        kept[number % 4096] = malloc((size_t)keep);
}

int main(int argc, char **argv)
{
    int extra = argc > 1 ? atoi(argv[1]) : 0, keep = argc > 2 ? atoi(argv[2]) : 0;
    int requests = 1000 + (argc > 3 ? getpid() % 7 : 0);
    for (int i = 0; i < requests; i++)
        handle_request(i, extra, keep);
    return 0;
}
