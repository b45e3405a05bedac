/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds 1000 blocks of 1000 bytes of `grow`, frees them, and ends with 10 of `rest`; with an
 * argument it says "ready" then and waits for a byte.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *blocks[1000];

__attribute__((noinline)) static void grow(void)
{
    for (int n = 0; n < 1000; n++)
        blocks[n] = malloc(1000);
}

__attribute__((noinline)) static void rest(void)
{
    for (int n = 0; n < 10; n++) {
        free(blocks[n]);
        blocks[n] = malloc(1000);
    }
}

int main(int argc, char **argv)
{
    char byte;
    (void)argv;
    grow();
    for (int n = 0; n < 1000; n++) {
        free(blocks[n]);
        blocks[n] = NULL;
    }
    rest();
    if (argc > 1 && (write(STDOUT_FILENO, "ready\n", 6) != 6 || read(STDIN_FILENO, &byte, 1) < 0))
        return 1;
    return 0;
}
