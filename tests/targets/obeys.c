/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads commands: "allocate N" keeps N blocks of 1000 bytes more, "free N" frees so many of
 * the oldest, and each is answered by "done".  Ends with its input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 100000 };

static void *kept[MOST];
static int first, count;

__attribute__((noipa)) static void grow(int n)
{
    for (int i = 0; i < n && first + count < MOST; i++)
        kept[first + count++] = malloc(1000);
}

__attribute__((noipa)) static void shrink(int n)
{
    for (int i = 0; i < n && count > 0; i++, count--)
        free(kept[first++]);
}

int main(void)
{
    static char line[64], in[1024], out[1024];
    setvbuf(stdin, in, _IOFBF, sizeof(in));
    setvbuf(stdout, out, _IOLBF, sizeof(out));
    while (fgets(line, sizeof(line), stdin)) {
        int n = 0;
        if (sscanf(line, "allocate %d", &n) == 1)
            grow(n);
        else if (sscanf(line, "free %d", &n) == 1)
            shrink(n);
        puts("done");
    }
    return 0;
}
