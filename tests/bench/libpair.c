/* SPDX-License-Identifier: Apache-2.0
 * build: -fno-builtin
 *
 * One of many: copies of this library are what `libraries` opens.
 */
#include <stdlib.h>

void pair(void);
void pair(void)
{
    free(malloc(32));
}
