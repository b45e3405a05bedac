/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls of x86-64 (base/sys.h says what they are for).
 */
#ifndef MEMPROF_ARCH_CALLS_H
#define MEMPROF_ARCH_CALLS_H

#include <sys/syscall.h>

/* The kernel's own result: -errno on failure; errno stays as it is. */
static inline long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* clone with a stack of the child's own, which ends at `stack_end` (a multiple of 16) and on
 * which the child calls `child`, which does not return.  To an unwinder that is where its
 * stack ends.  The parent gets the kernel's result, as above. */
static inline long sys_clone(unsigned long flags, void *stack_end, void (*child)(void))
{
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
}

#endif
