/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * A thread that was recorded before it forked; in the child another thread is recorded
 * first, then the one that forked ends without having allocated, then a third thread comes
 * while the other one is still there.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LARGE = 2 << 20 }; /* over the interval: recorded for certain */

static void *volatile sink;
static pthread_t forked;
static sem_t recorded;

__attribute__((noinline)) static void *third(void *unused)
{
    sink = malloc(LARGE);
    return unused;
}

__attribute__((noinline)) static void *other(void *unused)
{
    pthread_t thread;
    sink = malloc(LARGE);
    sem_post(&recorded);
    if (pthread_join(forked, NULL) != 0 || pthread_create(&thread, NULL, third, NULL) != 0)
        exit(9);
    pthread_join(thread, NULL);
    sink = malloc(LARGE);
    exit(0);
    return unused;
}

int main(void)
{
    int status;
    sink = malloc(LARGE);
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        forked = pthread_self();
        sem_init(&recorded, 0, 0);
        if (pthread_create(&thread, NULL, other, NULL) != 0)
            _exit(9);
        sem_wait(&recorded);
        pthread_exit(NULL);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 9;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
