/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/thread.h"
#include "preload/base/sys.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/symbols.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

__thread struct thread thread;

#define PAGE            4096u
#define PROBES_MOST     64u                  /* pages looked at in one event */
#define FAR             (UINT64_C(16) << 20) /* bytes: further away is another stack */
#define MAIN_STACK_SURE (UINT64_C(8) << 20)  /* no deeper than this is taken on trust */

/* Thread control block of the process's first thread; 0: not known. */
static uintptr_t main_block;

/* libc's; NULL: it has none. */
static const char *single_threaded;

/* Set by the loader; weak, so that the loader is not NEEDED. */
extern void *__libc_stack_end __attribute__((weak));

void thread_internal_begin(struct internal *internal)
{
    internal->error = errno;
    thread.internal++;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &internal->cancel_state);
}

void thread_internal_end(const struct internal *internal)
{
    pthread_setcancelstate(internal->cancel_state, NULL);
    thread.internal--;
    errno = internal->error;
}

void thread_init(void)
{
    if (SYS(getpid) == SYS(gettid))
        main_block = (uintptr_t)__builtin_thread_pointer();
    single_threaded = symbols_first("__libc_single_threaded", NULL, NULL);
}

bool thread_is_only(void)
{
    return single_threaded && *single_threaded;
}

uint32_t thread_id(void)
{
    return sandboxed() || !process_ours() ? THREAD_ID_NONE : (uint32_t)SYS(gettid);
}

bool thread_is_gone(uint32_t id)
{
    /* Of any process: a child that shares our memory may have threads of its own. */
    return !sandboxed() && id != THREAD_ID_NONE && SYS(tkill, id, 0) == -ESRCH;
}

bool thread_readable(uintptr_t address)
{
    if (sandboxed())
        return false;
    /* An impossible `how` with a set to read: EINVAL if it could be read. */
    long result = SYS(rt_sigprocmask, -1, address & ~(uintptr_t)7, NULL, SYS_SIGNAL_SET);
    return result == 0 || result == -EINVAL;
}

/* Upper end of this thread's stack: that of the process, or the thread control block. */
static uintptr_t own_stack_high(void)
{
    uintptr_t block = (uintptr_t)__builtin_thread_pointer();
    bool is_main = main_block ? block == main_block : SYS(getpid) == SYS(gettid);
    return is_main && &__libc_stack_end ? (uintptr_t)__libc_stack_end : block;
}

/* Looks at the pages from the lowest known one down to that of `sp`, a few at a time, and
 * stops for ever at one that cannot be read: below a thread's stack lies its guard. */
static bool grow_down(struct thread *t, uintptr_t sp)
{
    uintptr_t page = (t->stack_low - 1) & ~(uintptr_t)(PAGE - 1);
    for (unsigned probes = 0; page + PAGE > sp && probes < PROBES_MOST; probes++, page -= PAGE) {
        if (!thread_readable(page)) {
            t->stack_floor = page + PAGE;
            return false;
        }
        t->stack_low = page;
    }
    return t->stack_low <= sp;
}

bool thread_stack_learn(uintptr_t sp)
{
    struct thread *t = &thread;
    if (t->stack_high == 0) {
        if (sandboxed() && !main_block) /* which stack it is takes a system call */
            return false;
        uintptr_t high = own_stack_high();
        t->stack_low = high;
        atomic_signal_fence(memory_order_seq_cst); /* a handler sees an empty range, or none */
        t->stack_high = high;
    }
    if (sp >= t->stack_high || sp < t->stack_floor)
        return false;
    /* The kernel keeps the main stack in one piece and everything else 128 MiB away
     * from its end. */
    if (&__libc_stack_end && t->stack_high == (uintptr_t)__libc_stack_end &&
        t->stack_high - sp <= MAIN_STACK_SURE) {
        t->stack_low = sp;
        return true;
    }
    return t->stack_low - sp <= FAR && !sandboxed() && grow_down(t, sp);
}
