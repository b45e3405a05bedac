/* SPDX-License-Identifier: Apache-2.0
 *
 * holds MEGABYTES: allocates and writes so much, and ends with status 5.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    for (int n = argc > 1 ? atoi(argv[1]) : 0; n > 0; n--) {
        char *block = malloc(1 << 20);
        if (!block)
            return 1;
        memset(block, 1, 1 << 20);
    }
    puts("done");
    return 5;
}
