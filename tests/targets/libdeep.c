/* SPDX-License-Identifier: Apache-2.0
 *
 * Opened RTLD_DEEPBIND or in a namespace of its own: its malloc and free are libc's, not
 * those that the program sees.
 */
#include <stdlib.h>
#include <string.h>

int plugin_run(void);
void *plugin_get(size_t size);
void plugin_put(void *block);

int plugin_run(void)
{
    int sum = 0;
    for (int n = 0; n < 1000; n++) {
        char *text = strdup("some text");
        text = realloc(text, (size_t)n + 20);
        sum += (int)strlen(text);
        free(text);
    }
    return sum;
}
void *plugin_get(size_t size)
{
    return memset(malloc(size), 'g', size);
}
void plugin_put(void *block)
{
    free(block);
}
