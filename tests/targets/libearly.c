/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread -ldl
 *
 * A library whose constructor, which runs before that of a preloaded one, keeps 100 blocks
 * of 1000 bytes, and then does what $EARLY says.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *volatile sink;
static pthread_t thread;

__attribute__((noinline)) static void early_work(void)
{
    for (int n = 0; n < 100; n++)
        sink = malloc(1000);
}

__attribute__((noinline)) static void *early_thread(void *unused)
{
    for (int n = 0; n < 1000; n++)
        sink = malloc(10);
    return unused;
}

void early_end(void);
void early_end(void)
{
    if (thread)
        pthread_join(thread, NULL);
    thread = 0;
}

__attribute__((constructor)) static void construct(void)
{
    const char *what = getenv("EARLY");
    if (!what)
        return;
    if (!strcmp(what, "dlerror")) {
        dlopen("/no/such/library", RTLD_NOW);
        early_work();
        puts(dlerror());
        return;
    }
    early_work();
    if (!strcmp(what, "thread")) {
        pthread_create(&thread, NULL, early_thread, NULL);
    } else if (!strcmp(what, "fork")) {
        int status;
        pid_t pid = fork();
        if (pid == 0) {
            early_work();
            exit(7);
        }
        waitpid(pid, &status, 0);
        printf("child %d\n", WEXITSTATUS(status));
    } else if (!strcmp(what, "exec")) {
        unsetenv("EARLY");
        execl("/proc/self/exe", "early_library", "again", (char *)NULL);
    } else if (!strcmp(what, "exit")) {
        puts("leaves");
        exit(9);
    } else if (!strcmp(what, "_exit")) {
        _exit(9);
    } else if (!strcmp(what, "clearenv")) {
        clearenv();
    }
}
