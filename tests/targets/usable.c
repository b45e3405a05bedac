/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints what the allocator makes of some sizes: its fingerprint.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    for (size_t size = 1; size < 100000; size += size / 3 + 1)
        printf("%zu %zu\n", size, malloc_usable_size(malloc(size)));
}
