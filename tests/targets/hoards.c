/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps blocks in five ways, some more for each line of input, which it answers.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define EACH 400

void *kept[100000]; /* not static: no compiler may leave out what nobody reads */
static int used;

#define SITE __attribute__((noinline)) static void

SITE table(void) /* made once */
{
    for (int i = 0; i < EACH; i++)
        kept[used++] = malloc(48);
}

SITE cache(void) /* full after three lines */
{
    static int filled;
    for (int i = 0; i < EACH / 4 && filled < EACH * 3 / 4; i++, filled++)
        kept[used++] = malloc(80);
}

SITE leak(void)
{
    for (int i = 0; i < EACH; i++)
        kept[used++] = malloc(112);
}

SITE forget(void) /* frees every other one */
{
    for (int i = 0; i < EACH; i++) {
        void *block = malloc(144);
        if (i % 2)
            free(block);
        else
            kept[used++] = block;
    }
}

SITE queue(int round) /* 40 are alive, or 60 */
{
    static void *waiting[60];
    for (int i = 0; i < EACH; i++) {
        void **place = &waiting[i % (round % 2 ? 60 : 40)];
        free(*place);
        *place = malloc(176);
    }
    for (int i = round % 2 ? 60 : 40; i < 60; i++) {
        free(waiting[i]);
        waiting[i] = NULL;
    }
}

static void set_up(void)
{
    for (int i = 0; i < EACH; i++)
        kept[used++] = malloc(208);
}

int main(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char line[16];
    table();
    pthread_once(&once, set_up);
    for (int round = 0; fgets(line, sizeof(line), stdin); round++) {
        cache();
        leak();
        forget();
        queue(round);
        printf("%d\n", round);
        fflush(stdout);
    }
    return 0;
}
