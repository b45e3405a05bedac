/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints what a program can see of itself: environment, open descriptors, signal
 * dispositions and mask, threads, children, limits, locale.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(void)
{
    printf("errno %d\n", errno);
    for (char **e = environ; *e; e++)
        printf("env %s\n", *e);
    for (int fd = 0; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            printf("fd %d\n", fd);
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    for (int number = 1; number < 65; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 &&
            (action.sa_handler != SIG_DFL || sigismember(&mask, number)))
            printf("signal %d\n", number);
    }
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *task; (task = readdir(tasks));)
        printf("task %s\n", task->d_name[0] == '.' ? "." : "one");
    closedir(tasks);
    errno = 0;
    int status = 0;
    int child = waitpid(-1, &status, WNOHANG | __WALL);
    printf("child %d errno %d\n", child, errno);
    return 0;
}
