/* SPDX-License-Identifier: Apache-2.0
 *
 * What churn opens and closes again and again.
 */
#include <stdlib.h>

void plugin_allocate(void);
void plugin_allocate(void)
{
    void *volatile block = malloc(600 * 1024);
    free(block);
}
