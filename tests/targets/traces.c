/* SPDX-License-Identifier: Apache-2.0
 *
 * traces PRELOAD COMMAND...: runs it with PRELOAD as LD_PRELOAD, as a debugger does that
 * follows children and execs, and prints what it is told; ends with the command's status.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int status, result = 99;
    if (argc < 3)
        return 99;
    pid_t first = fork();
    if (first == 0) {
        if (argv[1][0])
            setenv("LD_PRELOAD", argv[1], 1);
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        execv(argv[2], argv + 2);
        _exit(98);
    }
    waitpid(first, &status, 0);
    ptrace(PTRACE_SETOPTIONS, first, NULL,
           PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
               PTRACE_O_EXITKILL);
    ptrace(PTRACE_CONT, first, NULL, NULL);
    for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0;) {
        int number = 0;
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (pid == first)
                result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        if (status >> 16)
            printf("event %d\n", status >> 16);
        else if (WSTOPSIG(status) != SIGSTOP && WSTOPSIG(status) != SIGTRAP)
            number = WSTOPSIG(status);
        ptrace(PTRACE_CONT, pid, NULL, (void *)(long)number);
    }
    return result;
}
