/* SPDX-License-Identifier: Apache-2.0
 *
 * sees() prints what a program can see of itself, so that two runs can be compared:
 * environment (but for what a preload sets), descriptors and what they are, threads,
 * children, directory, signals.  Without stdio and heap: callable anywhere.
 */
#ifndef TESTS_SEES_H
#define TESTS_SEES_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static inline void sees(void)
{
    static char text[65536];
    size_t used = 0;
    char at[4096] = "?";
    struct stat st;
    int status;
#define SAY(...)                                                                                   \
    (used +=                                                                                       \
     (size_t)snprintf(text + used, used < sizeof text ? sizeof text - used : 0, __VA_ARGS__))
    for (char **e = environ; e && *e; e++)
        if (strncmp(*e, "LD_PRELOAD=", 11) && strncmp(*e, "MEMPROF_", 8) && strncmp(*e, "_=", 2))
            SAY("env %s\n", *e);
    for (int fd = 0; fd < 256; fd++)
        if (fstat(fd, &st) == 0)
            SAY("fd %d flags %x kind %o\n", fd, fcntl(fd, F_GETFD), st.st_mode & S_IFMT);
    stat("/proc/self/task", &st); /* links: one a thread, and two */
    SAY("threads %d\n", (int)st.st_nlink - 2);
    errno = 0;
    int child = waitpid(-1, &status, WNOHANG | __WALL);
    SAY("child %d errno %d\n", child, errno);
    for (int number = 1; number < 65; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
            SAY("signal %d\n", number);
    }
    SAY("directory %s umask %o\n", getcwd(at, sizeof at) ? at : "?", umask(umask(0)));
    (void)!write(1, text, used < sizeof text ? used : sizeof text);
}

#endif
