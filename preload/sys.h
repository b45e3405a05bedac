/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls without libc: past our own interposed `syscall` and past whatever else the
 * target put in front of libc's functions (a sanitizer's `clone`, fakeroot's `stat`).
 */
#ifndef MEMPROF_SYS_H
#define MEMPROF_SYS_H

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

/* SYS(close, fd): by name, with up to six arguments. */
#define SYS(name, ...) SYS_WITH(SYS_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define SYS_WITH(number, a, b, c, d, e, f, ...)                                                    \
    sys_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* Bytes of the kernel's sigset_t, which rt_sig* calls are told. */
#define SYS_SIGNAL_SET 8

#endif
