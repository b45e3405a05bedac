/* SPDX-License-Identifier: Apache-2.0
 *
 * handler_forks COUNT [_Fork]: allocates and frees while a timer's handler forks COUNT times,
 * wherever it happens to interrupt; the child goes on with what was interrupted,
 * allocates a little more and exits.  Prints the objects and bytes its take() asked
 * for, and how many children ended well.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int left, well;
static int is_plain; /* _Fork, which asks no handlers of pthread_atfork */
static volatile sig_atomic_t is_child;
static void *volatile kept[32];

/* Not at an even beat: it is to fall anywhere. */
static void ring_again(void)
{
    static unsigned random = 1;
    random = random * 1664525u + 1013904223u;
    struct itimerval soon = {.it_value = {0, 200 + (random >> 8) % 500}};
    setitimer(ITIMER_REAL, &soon, NULL);
}

static void on_timer(int number)
{
    (void)number;
    if (left == 0 || is_child)
        return;
    left--;
    pid_t child = is_plain ? _Fork() : fork();
    if (child == 0) {
        is_child = 1;
        return;
    }
    int status = -1;
    while (waitpid(child, &status, 0) < 0)
        ;
    well += status == 0;
    ring_again();
}

__attribute__((noinline)) static void *take(size_t size)
{
    void *volatile block = malloc(size);
    return block;
}
__attribute__((noinline)) static void *take_in_child(size_t size)
{
    void *volatile block = malloc(size);
    return block;
}

int main(int argc, char **argv)
{
    unsigned long objects = 0, bytes = 0;
    left = argc > 1 ? atoi(argv[1]) : 10;
    is_plain = argc > 2;
    struct sigaction action = {.sa_handler = on_timer, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    ring_again();
    for (unsigned n = 0; left > 0 && !is_child; n++) {
        size_t size = 1 + n % 700;
        free(kept[n % 32]);
        kept[n % 32] = take(size);
        objects++;
        bytes += size;
    }
    if (is_child) {
        for (unsigned n = 0; n < 32; n++) {
            free(kept[n]);
            kept[n] = take_in_child(100);
        }
        exit(0);
    }
    printf("%lu %lu %d\n", objects, bytes, well);
}
