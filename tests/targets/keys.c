/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes thread-specific keys until none is left, with threads that came, allocated and
 * went before.
 */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *allocates(void *unused)
{
    free(malloc(100));
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_key_t key;
    int count = 0;
    pthread_create(&thread, NULL, allocates, NULL);
    pthread_join(thread, NULL);
    while (pthread_key_create(&key, NULL) == 0)
        count++;
    printf("%d keys\n", count);
    return count == PTHREAD_KEYS_MAX ? 5 : 6;
}
