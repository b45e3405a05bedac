/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * N threads, ten at a time: one block freed at once, one by a thread-specific
 * destructor that asks to be called again, one by the thread that joins.
 */
#include <pthread.h>
#include <stdlib.h>

static pthread_key_t key;

struct held {
    int rounds;
    char body[96];
};

static void destroy(void *value)
{
    struct held *held = value;
    if (--held->rounds > 0)
        pthread_setspecific(key, held);
    else
        free(held);
}

static void *body(void *argument)
{
    (void)argument;
    void *volatile at_once = malloc(100);
    struct held *volatile held = malloc(sizeof *held);
    void *volatile given = malloc(100);
    held->rounds = 4; /* PTHREAD_DESTRUCTOR_ITERATIONS */
    pthread_setspecific(key, held);
    free(at_once);
    return given;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    pthread_key_create(&key, destroy);
    for (int n = 0; n < count; n += 10) {
        pthread_t threads[10];
        void *given;
        for (int k = 0; k < 10; k++)
            if (pthread_create(&threads[k], NULL, body, NULL))
                abort();
        for (int k = 0; k < 10; k++) {
            pthread_join(threads[k], &given);
            free(given);
        }
    }
}
