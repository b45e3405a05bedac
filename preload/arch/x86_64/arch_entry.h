/* SPDX-License-Identifier: Apache-2.0
 *
 * The entry point of a program without libc.
 */
#ifndef MEMPROF_ARCH_ENTRY_H
#define MEMPROF_ARCH_ENTRY_H

/* _start, which calls start(uintptr_t *stack) with the stack pointer that the kernel left. */
#define ARCH_ENTRY(start)                                                                          \
    __asm__(".globl _start\n"                                                                      \
            "_start:\n"                                                                            \
            "\txor %ebp, %ebp\n"                                                                   \
            "\tmov %rsp, %rdi\n"                                                                   \
            "\tand $-16, %rsp\n"                                                                   \
            "\tcall " #start "\n")

#endif
