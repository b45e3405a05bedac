/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread -Wno-unused-result
 *
 * thread_ends WAY [N]: threads that end in every way, each of which allocates 100 bytes 10
 * times in `work`; the process ends with status 3 in the way given: `main` by main's
 * pthread_exit with another thread still at work, `last` by its last thread, `exit` by a
 * thread's exit().  Before that N (100) threads cannot be made.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sees.h"

static void *volatile sink;
static pthread_key_t key;

__attribute__((noinline)) static void work(void)
{
    for (int n = 0; n < 10; n++)
        sink = malloc(100);
}
static void cleanup(void *unused)
{
    (void)unused;
    work();
}
/* Asks to be called again as long as that is allowed, and works each time. */
static void destroy(void *value)
{
    work();
    pthread_setspecific(key, value);
}

/* Of the thread that began last.  Its end is waited for: join does not wait for the kernel's. */
static volatile pid_t begun;
static void begin(void)
{
    begun = (pid_t)syscall(SYS_gettid);
}
static void wait_until_gone(void)
{
    while (syscall(SYS_tkill, begun, 0) == 0)
        sched_yield();
}

static void *cancelled(void *unused)
{
    begin();
    pthread_cleanup_push(cleanup, NULL);
    for (;;) {
        sink = malloc(1000);
        pthread_testcancel();
        free(sink);
    }
    pthread_cleanup_pop(0);
    return unused;
}
static void *cancelled_anywhere(void *unused)
{
    begin();
    pthread_cleanup_push(cleanup, NULL);
    work();
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    for (;;)
        ;
    pthread_cleanup_pop(0);
    return unused;
}
static void *exits(void *unused)
{
    begin();
    pthread_setspecific(key, unused);
    work();
    pthread_exit(NULL);
}
static void *goes_on(void *way)
{
    usleep(20000);
    work();
    if (!strcmp(way, "exit"))
        exit(3);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    pthread_attr_t huge;
    const char *way = argc > 1 ? argv[1] : "main";
    void *(*const bodies[])(void *) = {cancelled, cancelled_anywhere, exits};
    pthread_key_create(&key, destroy);
    for (int n = 0; n < 3; n++) {
        pthread_create(&thread, NULL, bodies[n], (void *)1);
        usleep(5000);
        if (n < 2)
            pthread_cancel(thread);
        pthread_join(thread, NULL);
        wait_until_gone();
    }
    pthread_attr_init(&huge);
    pthread_attr_setstacksize(&huge, (size_t)1 << 46);
    for (int n = argc > 2 ? atoi(argv[2]) : 100; n > 0; n--)
        if (pthread_create(&thread, &huge, exits, NULL) == 0)
            puts("a thread with a stack of 64 TiB");
    work();
    sees();
    pthread_create(&thread, NULL, goes_on, (void *)way);
    if (!strcmp(way, "return")) {
        pthread_join(thread, NULL);
        return 3;
    }
    pthread_exit(NULL);
}
