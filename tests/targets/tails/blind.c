/* SPDX-License-Identifier: Apache-2.0
 *
 * Built without debug information.
 */
#include <stdlib.h>

void *blind(size_t n)
{
    return malloc(n);
}
