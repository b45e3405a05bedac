/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls without libc: past our own interposed `syscall` and past whatever else the
 * target put in front of libc's functions (a sanitizer's `clone`, fakeroot's `stat`).
 */
#ifndef MEMPROF_SYS_H
#define MEMPROF_SYS_H

#include <linux/futex.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>

/* The kernel's own result: -errno on failure; errno stays as it is. */
static inline long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
#else
#error "sys_call: not written for this architecture"
#endif
}

/* clone with a stack of the child's own, which ends at `stack_end` (a multiple of 16) and on
 * which the child calls `child`, which does not return.  To an unwinder that is where its
 * stack ends.  The parent gets the kernel's result, as above. */
static inline long sys_clone(unsigned long flags, void *stack_end, void (*child)(void))
{
#if defined(__x86_64__)
    register long r10 __asm__("r10") = 0;
    register long r8 __asm__("r8") = 0;
    register void (*r9)(void) __asm__("r9") = child;
    long result;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "push $0\n\t"
                     "jmp *%%r9\n"
                     "1:"
                     : "=a"(result)
                     : "a"(SYS_clone), "D"(flags), "S"(stack_end), "d"(0L), "r"(r10), "r"(r8),
                       "r"(r9)
                     : "rcx", "r11", "memory", "cc");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = SYS_clone;
    register long x0 __asm__("x0") = (long)flags;
    register void *x1 __asm__("x1") = stack_end;
    register long x2 __asm__("x2") = 0;
    register long x3 __asm__("x3") = 0;
    register long x4 __asm__("x4") = 0;
    /* Of a jump to a function, branch target identification allows x16 and x17 alone. */
    register void (*x16)(void) __asm__("x16") = child;
    __asm__ volatile("svc 0\n\t"
                     "cbnz x0, 1f\n\t"
                     "mov x29, xzr\n\t"
                     "mov x30, xzr\n\t"
                     "br x16\n"
                     "1:"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x16)
                     : "memory", "cc");
    return x0;
#else
#error "sys_clone: not written for this architecture"
#endif
}

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
