/* SPDX-License-Identifier: Apache-2.0
 *
 * The system call itself: ThreadSanitizer has a `clone` of its own, under which it takes a
 * child that shares memory for a fork, and then ends the target.  CLONE_VFORK is for valgrind,
 * which knows no other clone that shares memory and is no thread.
 */
#include "preload/apart.h"
#include "preload/sys.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>

#define CRASHED 126

static char stack[64 * 1024] __attribute__((aligned(64)));

static struct {
    int (*function)(void *);
    void *argument;
} call;

static void run(void)
{
    SYS(exit_group, call.function(call.argument));
    __builtin_unreachable();
}

int apart_run(int (*function)(void *), void *argument)
{
    uint64_t before;
    int status = -1;
    call.function = function;
    call.argument = argument;
    sys_block_signals(&before);
    pid_t pid = (pid_t)sys_clone(CLONE_VM | CLONE_VFORK, stack + sizeof stack, run);
    while (pid > 0 && waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
        ;
    sys_unblock_signals(&before);
    if (pid < 0)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : CRASHED;
}

static void (*work)(void);

static void do_work(void)
{
    work();
    SYS(exit, 0);
    __builtin_unreachable();
}

bool apart_do(void (*function)(void))
{
    long self = SYS(getpid);
    work = function;
    long task = sys_clone(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_VFORK,
                          stack + sizeof stack, do_work);
    if (task < 0)
        return false;
    /* It left this memory; the kernel may still be putting it away. */
    for (int n = 0; n < 1000 && SYS(tgkill, self, task, 0) == 0; n++)
        sched_yield();
    return true;
}
