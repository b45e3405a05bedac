/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls other than the allocation family that the shim must see.  Each ends in
 * a tail jump to the real one with its arguments as they came.
 */
#include "preload/process/calls.h"
#include "preload/process/end.h"
#include "preload/process/fork.h"
#include "preload/process/modules.h"
#include "preload/process/seccomp.h"
#include "preload/process/symbols.h"

#include <dlfcn.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>

#define EXPORT         __attribute__((visibility("default")))
#define PR_SET_SECCOMP 22 /* sys/prctl.h would declare prctl variadic */

typedef void exit_handler(int status, void *argument);

void _exit(int status) __attribute__((noreturn));
void _Exit(int status) __attribute__((noreturn));
void quick_exit(int status) __attribute__((noreturn));
pid_t fork(void); /* unistd.h would declare syscall variadic */
pid_t _Fork(void);
int on_exit(exit_handler *handler, void *argument);
int __cxa_at_quick_exit(void (*handler)(void *), void *object);
int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);
long syscall(long number, long a, long b, long c, long d, long e, long f);

static void *next(_Atomic(void *) *known, const char *name)
{
    void *function = atomic_load_explicit(known, memory_order_relaxed);
    if (!function) {
        function = symbols_next(name, SYMBOLS_LIBC, NULL);
        atomic_store_explicit(known, function, memory_order_relaxed);
    }
    return function;
}

static _Atomic(void *) next_fork, next_exit, next_quick_exit, next_on_exit, next_at_quick_exit,
    next_prctl, next_syscall, next_dlclose;

void calls_resolve(void)
{
    next(&next_fork, "_Fork");
    next(&next_exit, "_exit");
    next(&next_quick_exit, "quick_exit");
    next(&next_on_exit, "on_exit");
    next(&next_at_quick_exit, "__cxa_at_quick_exit");
    next(&next_prctl, "prctl");
    next(&next_syscall, "syscall");
    next(&next_dlclose, "dlclose");
}

/* glibc has it since 2.34. */
EXPORT pid_t _Fork(void)
{
    pid_t (*real_fork)(void) = next(&next_fork, "_Fork");
    fork_prepare();
    pid_t pid = real_fork ? real_fork() : fork();
    if (pid == 0)
        fork_in_child();
    else
        fork_in_parent();
    return pid;
}

static __attribute__((noreturn)) void exit_now(int status)
{
    end_at_once(status);
    ((void (*)(int))next(&next_exit, "_exit"))(status);
    __builtin_unreachable();
}

EXPORT void _exit(int status)
{
    exit_now(status);
}

EXPORT void _Exit(int status)
{
    exit_now(status);
}

EXPORT void quick_exit(int status)
{
    end_note_quick_status(status);
    ((void (*)(int))next(&next_quick_exit, "quick_exit"))(status);
    __builtin_unreachable();
}

/* Handlers run in reverse order, so that the end of the process, where it becomes its
 * collector, must not come before the handlers registered before ours.  (Those of atexit in
 * a library are run with the library's destructors, which come earlier.) */
EXPORT int on_exit(exit_handler *handler, void *argument)
{
    int (*next_one)(exit_handler *, void *) = next(&next_on_exit, "on_exit");
    if (!end_is_registered())
        end_note_earlier_handler();
    return next_one(handler, argument);
}

EXPORT int __cxa_at_quick_exit(void (*handler)(void *), void *object)
{
    int (*next_one)(void (*)(void *), void *) = next(&next_at_quick_exit, "__cxa_at_quick_exit");
    if (!end_is_registered())
        end_note_earlier_handler();
    return next_one(handler, object);
}

/* After seccomp is entered through prctl or syscall, we make no system call.  That is noted
 * before the call, because it may take effect for all threads, and taken back if the call failed.
 */
EXPORT int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
    int (*real_prctl)(int, unsigned long, unsigned long, unsigned long, unsigned long) =
        next(&next_prctl, "prctl");
    if (option != PR_SET_SECCOMP)
        return real_prctl(option, a, b, c, d);
    bool before = seccomp_enter();
    int status = real_prctl(option, a, b, c, d);
    if (status < 0)
        seccomp_restore(before);
    return status;
}

EXPORT long syscall(long number, long a, long b, long c, long d, long e, long f)
{
    long (*real_syscall)(long, long, long, long, long, long, long) = next(&next_syscall, "syscall");
    /* The other operations of seccomp only query. */
    bool filters = (number == SYS_seccomp && (unsigned long)a <= SECCOMP_SET_MODE_FILTER) ||
                   (number == SYS_prctl && a == PR_SET_SECCOMP);
    if (number == SYS_exit_group)
        end_at_once((int)a);
    if (__builtin_expect(!filters, 1))
        return real_syscall(number, a, b, c, d, e, f);
    bool before = seccomp_enter();
    long status = real_syscall(number, a, b, c, d, e, f);
    if (status < 0)
        seccomp_restore(before);
    return status;
}

EXPORT int dlclose(void *handle)
{
    int status = ((int (*)(void *))next(&next_dlclose, "dlclose"))(handle);
    modules_invalidate();
    return status;
}
