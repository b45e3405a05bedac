/* SPDX-License-Identifier: Apache-2.0
 *
 * CLONE_VFORK is for valgrind, which knows no other clone that shares memory and is
 * no thread.
 */
#include "preload/apart.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIGNAL_SET 8 /* bytes of the kernel's sigset_t */
#define CRASHED    126

static char stack[64 * 1024] __attribute__((aligned(64)));

static struct {
    int (*function)(void *);
    void *argument;
} call;

static int run(void *unused)
{
    (void)unused;
    syscall(SYS_exit_group, call.function(call.argument));
    return 0;
}

int apart_run(int (*function)(void *), void *argument)
{
    uint64_t all = ~UINT64_C(0), before;
    int status = -1;
    call.function = function;
    call.argument = argument;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, SIGNAL_SET);
    pid_t pid = clone(run, stack + sizeof stack, CLONE_VM | CLONE_VFORK, NULL);
    while (pid > 0 && waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
        ;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, SIGNAL_SET);
    if (pid < 0)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : CRASHED;
}
