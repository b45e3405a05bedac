/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames of x86-64 (psABI, chapter 3): a call pushes the return address, so that it lies right
 * below the CFA, wherever the registers are saved.
 */
#ifndef MEMPROF_ARCH_FRAMES_H
#define MEMPROF_ARCH_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

/* Nothing at the stack pointer below is used, but this much further down a register may be saved
 * still in an epilogue. */
#define ARCH_RED_ZONE 128u

/* A frame that is found by its frame pointer alone ends there: its caller's sp is known. */
#define ARCH_GUESS_GIVES_SP true

/* Does a frame's return address lie in the same place whatever function it has called? */
#define ARCH_RETURN_FIXED true

/* Where a frame's pc was read from, and as what: it follows from the frame's sp and its pc. */
struct arch_return {
};

static inline const uintptr_t *arch_return_slot(uintptr_t sp, struct arch_return from)
{
    (void)from;
    return (const uintptr_t *)(sp - 8);
}
static inline uintptr_t arch_return_word(uintptr_t return_address, struct arch_return from)
{
    (void)from;
    return return_address;
}
static inline struct arch_return arch_return_from(uintptr_t slot, uintptr_t word)
{
    (void)slot;
    (void)word;
    return (struct arch_return){};
}

/* The return address that a word of memory stands for. */
static inline uintptr_t arch_return_address(uintptr_t word)
{
    return word;
}
static inline void arch_return_init(void)
{
}

/* A word of the frame that is readable if the one is that begins here. */
static inline uintptr_t arch_just_written(uintptr_t sp, struct arch_return from)
{
    return (uintptr_t)arch_return_slot(sp, from);
}

/* In a function: the registers of its caller, after the return.  Makes the compiler set up a frame
 * pointer there. */
#define ARCH_CALLER                                                                                \
    {                                                                                              \
        .pc = (uintptr_t)__builtin_return_address(0),                                              \
        .sp = (uintptr_t)__builtin_frame_address(0) + 16,                                          \
        .bp = *(const uintptr_t *)__builtin_frame_address(0),                                      \
    }

/* --- signals --- */

/* Registers that a signal interrupted, in the kernel's signal frame: offsets from the stack pointer
 * in the restorer.  ARCH_SIGNAL_LINK: of the one that holds the return address of a function
 * that has saved it nowhere; 0: there is none. */
#define ARCH_SIGNAL_PC   offsetof(ucontext_t, uc_mcontext.gregs[REG_RIP])
#define ARCH_SIGNAL_SP   offsetof(ucontext_t, uc_mcontext.gregs[REG_RSP])
#define ARCH_SIGNAL_BP   offsetof(ucontext_t, uc_mcontext.gregs[REG_RBP])
#define ARCH_SIGNAL_LINK 0u

/* What the kernel has signal handlers return to: mov $__NR_rt_sigreturn, %rax; syscall. */
#define ARCH_SIGNAL_RETURN       "\x48\xc7\xc0\x0f\0\0\0\x0f\x05"
#define ARCH_SIGNAL_RETURN_BYTES (sizeof ARCH_SIGNAL_RETURN - 1)
/* It is in libc, which tells the kernel so. */
#define ARCH_SIGNAL_RETURN_ANYWHERE false

/* --- code --- */

/* So many bytes in front of a return address are looked at below. */
#define ARCH_CALL_MOST 8u

/* Does a call end at `end`?  Of a displacement, or of a register or a word in memory, in each form
 * of a ModRM byte. */
static inline bool arch_ends_call(const uint8_t *end)
{
    static const uint8_t bytes_behind_opcode[] = {1, 2, 3, 5, 6};
    if (end[-5] == 0xe8)
        return true;
    for (size_t i = 0; i < sizeof bytes_behind_opcode; i++) {
        const uint8_t *code = end - bytes_behind_opcode[i] - 1;
        if (code[0] == 0xff && (code[1] >> 3 & 7) == 2)
            return true;
    }
    return false;
}

#endif
