/* SPDX-License-Identifier: Apache-2.0
 *
 * A block that lives in a library which is opened and closed.
 */
#include <stdlib.h>

void lives_here(void);
void lives_here(void)
{
    void *block = malloc(40);
    if (!block)
        abort();
    *(volatile char *)block = 1;
    free(block);
    __asm__ volatile("");
}
