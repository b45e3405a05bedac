/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/thread.h"
#include "preload/sandbox.h"
#include "preload/slots.h"
#include "preload/sys.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

__thread struct thread thread;

#define PAGE            4096u
#define PROBE_PAGES     4096u /* 16 MiB: a deeper first look counts as a foreign stack */
#define MAIN_GAP_MOST   (UINT64_C(1) << 30)
#define MAIN_STACK_SURE (UINT64_C(8) << 20) /* no deeper than this is taken on trust */

static pthread_key_t key;
static bool have_key;

/* Set by the loader; weak, so that the loader is not NEEDED. */
extern void *__libc_stack_end __attribute__((weak));

static void on_thread_exit(void *unused)
{
    (void)unused;
    thread.leaving = true;
    slots_release(&thread);
}

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

bool thread_init(void)
{
    have_key = pthread_key_create(&key, on_thread_exit) == 0;
    return have_key;
}

void thread_arm(void)
{
    if (!have_key)
        return;
    thread.internal++;
    pthread_setspecific(key, &thread);
    thread.internal--;
}

bool thread_readable(uintptr_t address)
{
    if (sandboxed())
        return false;
    /* An impossible `how` with a set to read: EINVAL if it could be read. */
    long result = SYS(rt_sigprocmask, -1, address & ~(uintptr_t)7, NULL, SYS_SIGNAL_SET);
    return result == 0 || result == -EINVAL;
}

static bool on_main_stack(uintptr_t sp)
{
    uintptr_t end = &__libc_stack_end ? (uintptr_t)__libc_stack_end : 0;
    return sp < end && end - sp < MAIN_GAP_MOST;
}

/* Upper end of this thread's stack: the thread control block lies there. */
static uintptr_t own_stack_high(uintptr_t sp)
{
    uintptr_t block = (uintptr_t)__builtin_thread_pointer();
    if (SYS(getpid) == SYS(gettid) && on_main_stack(sp))
        return (uintptr_t)__libc_stack_end;
    return block;
}

static bool range_readable(uintptr_t from, uintptr_t to)
{
    if (to - from > (uintptr_t)PROBE_PAGES * PAGE)
        return false;
    for (uintptr_t page = from & ~(uintptr_t)(PAGE - 1); page < to; page += PAGE)
        if (!thread_readable(page < from ? from : page))
            return false;
    return true;
}

bool thread_stack_learn(uintptr_t sp)
{
    if (sp >= thread.stack_high && thread.stack_high)
        return false;
    if (thread.stack_high == 0) {
        if (sandboxed())
            return false;
        uintptr_t high = own_stack_high(sp);
        if (sp >= high || !range_readable(sp, high))
            return false;
        thread.stack_high = high;
        thread.stack_low = sp;
        return true;
    }
    /* The kernel keeps the main stack in one piece and everything else 128 MiB away
     * from its end. */
    bool main_stack = &__libc_stack_end && thread.stack_high == (uintptr_t)__libc_stack_end &&
                      thread.stack_high - sp <= MAIN_STACK_SURE;
    if (!main_stack && !range_readable(sp, thread.stack_low))
        return false;
    thread.stack_low = sp;
    return true;
}
