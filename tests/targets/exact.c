/* SPDX-License-Identifier: Apache-2.0
 *
 * A deterministic single-threaded program that calls most of the family, without
 * malloc(0) and without realloc of a live block: what a tool that counts blocks
 * books for these is its own convention.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *kept[4096];
static unsigned count;

static void use(void *block, int keep)
{
    if (!block)
        abort();
    if (keep)
        kept[count++] = block;
    else
        free(block);
}

static size_t next_size(void)
{
    static unsigned long long state = 42;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return 1 + (size_t)(state >> 33) % (state >> 60 ? 900 : 200000);
}

int main(void)
{
    for (int n = 0; n < 3000; n++) {
        size_t size = next_size();
        void *block;
        use(malloc(size), n % 3 == 0);
        use(calloc(size, 2), n % 7 == 0);
        use(realloc(NULL, size), n % 11 == 0);
        use(reallocarray(NULL, size, 3), n % 13 == 0);
        use(aligned_alloc(64, size), n % 17 == 0);
        use(memalign(256, size), n % 19 == 0);
        if (posix_memalign(&block, 128, size))
            abort();
        use(block, n % 23 == 0);
        if (asprintf((char **)&block, "%d", n) < 0)
            abort();
        use(block, n % 29 == 0);
        use(strdup("a copy"), n % 31 == 0);
    }
    for (unsigned n = 0; n < count; n += 5)
        free(kept[n]);
    printf("%u\n", count);
    return 0;
}
