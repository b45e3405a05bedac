/* SPDX-License-Identifier: Apache-2.0
 * build: -fno-builtin
 *
 * refused PLAIN: 20 000 small blocks; unless PLAIN is 1, every tenth comes with calls that
 * no allocator can satisfy and with reallocs that fail, of a block that stays live and of
 * one that is freed in the end.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void *volatile sink;

__attribute__((noinline)) static void impossible(void *kept)
{
    static const size_t sizes[] = {PTRDIFF_MAX, SIZE_MAX - 1, SIZE_MAX / 2 + 2, SIZE_MAX};
    size_t answers = 0;
    void *p = NULL;
    for (int n = 0; n < 4; n++) {
        answers += malloc(sizes[n]) != NULL;
        answers += calloc(sizes[n], 2) != NULL;
        answers += calloc(1, sizes[n]) != NULL;
        answers += realloc(kept, sizes[n]) != NULL;
        answers += reallocarray(kept, sizes[n], 8) != NULL;
        answers += aligned_alloc(64, sizes[n]) != NULL;
        answers += posix_memalign(&p, 64, sizes[n]) == 0;
    }
    answers += posix_memalign(&p, 3, 100) == 0;
    if (answers || p)
        puts("an impossible block");
}

__attribute__((noinline)) static void *work(int n)
{
    return malloc(50 + (size_t)n % 1000);
}

int main(int argc, char **argv)
{
    int plain = argc > 1 && atoi(argv[1]);
    void *huge = calloc(1, (size_t)10 << 30); /* untouched */
    puts(huge ? "ten gibibytes" : "no ten gibibytes");
    void *kept = work(1000), *given = work(1000);
    for (int n = 0; n < 20000; n++) {
        sink = work(n);
        if (!plain && n % 10 == 0)
            impossible(n % 20 ? kept : given);
        if (n % 3)
            free(sink);
    }
    free(huge);
    free(given);
    return 0; /* kept is: a realloc that failed has not freed it */
}
