/* SPDX-License-Identifier: Apache-2.0
 * build: -fno-builtin
 *
 * Allocates 1 MiB before any library's constructor ran, with a dlerror string pending,
 * and again in a constructor of its own; what it got then is measured, grown and freed
 * in main.
 */
#include <dlfcn.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 1024, SIZE = 1000 };

static char *blocks[3][BLOCKS];

static void fill(char **into)
{
    dlsym(RTLD_DEFAULT, "no_such_symbol");
    for (int n = 0; n < BLOCKS; n++) {
        switch (n % 4) {
        case 0:
            into[n] = malloc(SIZE);
            break;
        case 1:
            into[n] = calloc(SIZE, 1);
            break;
        case 2:
            into[n] = realloc(malloc(10), SIZE);
            break;
        default:
            into[n] = memalign(64, SIZE);
        }
        memset(into[n], n, SIZE);
        free(malloc(50));
    }
    dlsym(RTLD_DEFAULT, "another_missing_symbol");
}

static void preinit(void)
{
    fill(blocks[0]);
}
__attribute__((section(".preinit_array"), used)) static void (*const before_all)(void) = preinit;

__attribute__((constructor(101))) static void construct(void)
{
    fill(blocks[1]);
}

int main(void)
{
    size_t short_ones = 0, wrong = 0;
    char **given = dlsym(RTLD_DEFAULT, "early_blocks"); /* by a library below us */
    fill(blocks[2]);
    for (int n = 0; given && given[n]; n++) {
        wrong += strcmp(given[n], "early") != 0;
        short_ones += malloc_usable_size(given[n]) < 100;
        given[n] = n % 2 ? given[n] : realloc(given[n], 100000);
        wrong += !given[n] || strcmp(given[n], "early") != 0;
        free(given[n]);
    }
    for (int n = 0; n < BLOCKS * 3; n++) {
        char *block = blocks[n / BLOCKS][n % BLOCKS];
        short_ones += malloc_usable_size(block) < SIZE;
        if (n % 5 == 0)
            block = realloc(block, 3 * SIZE);
        for (int k = 0; k < SIZE; k++)
            wrong += block[k] != (char)(n % BLOCKS);
        free(block);
    }
    printf("given %d, short %zu, wrong %zu\n", given != NULL, short_ones, wrong);
}
