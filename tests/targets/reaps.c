/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * reaps WAY: a process to which a child more is no secret.  A thread asks for children
 * until the very end; SIGCHLD is ignored, or counted by a handler that reaps whatever it
 * finds; as a subreaper, or as init.  Whatever it gets beyond its own two children it tells.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t own = 2; /* children still to come */
/* From now on nobody should have a child.  Not when `own` gets to 0, which is within the
 * handler: there the signal of a child that it has just reaped may be pending. */
static volatile sig_atomic_t alone;

static void tell(const char *what)
{
    (void)!write(1, what, strlen(what));
}
static void reaped(pid_t pid)
{
    if (pid > 0 && own-- <= 0)
        tell("a child that is not its own\n");
}
static void handle(int number)
{
    int saved = errno;
    pid_t pid;
    (void)number;
    if (alone)
        tell("SIGCHLD\n");
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        reaped(pid);
    errno = saved;
}
static void *asks(void *unused)
{
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == 0 && info.si_pid)
            tell("waitid sees a child\n");
        usleep(100);
    }
    return unused;
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "handler";
    pthread_t thread;
    if (!strcmp(way, "ignored"))
        signal(SIGCHLD, SIG_IGN);
    else if (strcmp(way, "init"))
        signal(SIGCHLD, handle);
    if (!strcmp(way, "subreaper")) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        own = 4;
    }
    for (int n = 0; n < 2; n++)
        if (fork() == 0) {
            signal(SIGCHLD, SIG_DFL);
            if (!strcmp(way, "subreaper") && fork() == 0)
                _exit(0); /* an orphan for us */
            _exit(0);
        }
    while (own > 0 && strcmp(way, "ignored")) {
        usleep(1000);
        if (!strcmp(way, "init"))
            reaped(waitpid(-1, NULL, WNOHANG));
    }
    own = 0;
    alone = 1;
    pthread_create(&thread, NULL, asks, NULL);
    int left = waitpid(-1, NULL, __WALL);
    printf("wait: %d errno %d\n", left, errno);
    fflush(stdout);
    for (int n = 0; n < 1000; n++) {
        void *volatile block = malloc(100);
        (void)block;
    }
    return 6;
}
