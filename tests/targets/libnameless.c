/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin that allocates in a function that has no name once the library is stripped.
 */
#include <stdlib.h>

int plugin_run(void);
static void *volatile kept;

__attribute__((noinline)) static void hidden(void)
{
    for (int n = 0; n < 20; n++)
        kept = malloc(3000);
}

int plugin_run(void)
{
    hidden();
    return kept == NULL;
}
