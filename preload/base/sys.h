/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls without libc: past our own interposed `syscall` and past whatever else the
 * target put in front of libc's functions (a sanitizer's `clone`, fakeroot's `stat`).
 */
#ifndef MEMPROF_SYS_H
#define MEMPROF_SYS_H

#include "arch_calls.h" /* sys_call(), sys_clone() */

#include <linux/futex.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>

/* SYS(close, fd): by name, with up to six arguments. */
#define SYS(name, ...) SYS_WITH(SYS_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define SYS_WITH(number, a, b, c, d, e, f, ...)                                                    \
    sys_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* Bytes of the kernel's sigset_t, which rt_sig* calls are told. */
#define SYS_SIGNAL_SET 8

/* Keeps all signals from this thread, and lets them come again. */
static inline void sys_block_signals(uint64_t *before)
{
    uint64_t all = ~UINT64_C(0);
    SYS(rt_sigprocmask, SIG_SETMASK, &all, before, SYS_SIGNAL_SET);
}
static inline void sys_unblock_signals(const uint64_t *before)
{
    SYS(rt_sigprocmask, SIG_SETMASK, before, 0, SYS_SIGNAL_SET);
}

/* Waits while *word is `value`, or for nothing at all: to be called in a loop. */
static inline void sys_wait(void *word, unsigned value)
{
    SYS(futex, word, FUTEX_WAIT_PRIVATE, value, 0);
}

/* Wakes all that wait for *word. */
static inline void sys_wake(void *word)
{
    SYS(futex, word, FUTEX_WAKE_PRIVATE, 0x7fffffff);
}

#endif
