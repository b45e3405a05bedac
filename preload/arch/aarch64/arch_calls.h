/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls of aarch64 (base/sys.h says what they are for).
 */
#ifndef MEMPROF_ARCH_CALLS_H
#define MEMPROF_ARCH_CALLS_H

#include <sys/syscall.h>

/* The kernel's own result: -errno on failure; errno stays as it is. */
static inline long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
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
}

/* clone with a stack of the child's own, which ends at `stack_end` (a multiple of 16) and on
 * which the child calls `child`, which does not return.  To an unwinder that is where its
 * stack ends.  The parent gets the kernel's result, as above. */
static inline long sys_clone(unsigned long flags, void *stack_end, void (*child)(void))
{
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
}

#endif
