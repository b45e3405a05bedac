/* SPDX-License-Identifier: Apache-2.0
 *
 * Uses the system call itself, because ThreadSanitizer's `clone` takes a task that shares memory
 * for a fork and ends the target.  CLONE_VFORK waits for its end, so that it
 * may run on this thread's TLS.
 */
#include "preload/process/apart.h"
#include "preload/base/sys.h"

#include <sched.h>

static char stack[64 * 1024] __attribute__((aligned(64)));
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
    /* The task has left this memory; the kernel may still be removing it. */
    for (int n = 0; n < 1000 && SYS(tgkill, self, task, 0) == 0; n++)
        sched_yield();
    return true;
}
