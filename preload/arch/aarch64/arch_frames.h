/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames of aarch64 (AAPCS64): a call leaves the return address in x30.  A function that calls
 * others saves it beside x29, at any distance from its CFA, and may sign it first (pointer
 * authentication): the signature is in the bits above the addresses of user space.
 */
#ifndef MEMPROF_ARCH_FRAMES_H
#define MEMPROF_ARCH_FRAMES_H

#include "preload/base/hidden.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

/* Nothing below the stack pointer is used. */
#define ARCH_RED_ZONE 0u

/* A frame record lies anywhere in its frame, so it does not tell its caller's sp. */
#define ARCH_GUESS_GIVES_SP false

/* Does a frame's return address lie in the same place whatever function it has called? */
#define ARCH_RETURN_FIXED false

/* Where a frame's pc was read from, and as what: with its signature. */
struct arch_return {
    const uintptr_t *slot;
    uintptr_t word;
};

static inline const uintptr_t *arch_return_slot(uintptr_t sp, struct arch_return from)
{
    (void)sp;
    return from.slot;
}
static inline uintptr_t arch_return_word(uintptr_t return_address, struct arch_return from)
{
    (void)return_address;
    return from.word;
}
static inline struct arch_return arch_return_from(uintptr_t slot, uintptr_t word)
{
    return (struct arch_return){(const uintptr_t *)slot, word};
}

/* The bits of an address in code.  All that a word may have besides is a signature, so it does not
 * matter which words are signed. */
extern HIDDEN uintptr_t arch_address_bits;

/* The return address that a word of memory stands for. */
static inline uintptr_t arch_return_address(uintptr_t word)
{
    return word & arch_address_bits;
}

/* Learns which bits signatures are in: that depends on how the kernel was built. */
void arch_return_init(void);

/* A word of the frame that is readable if the one is that begins here. */
static inline uintptr_t arch_just_written(uintptr_t sp, struct arch_return from)
{
    return from.slot ? (uintptr_t)from.slot : sp;
}

/* In a function: the registers of its caller, after the return.  Makes the compiler set up a frame
 * pointer there; beside what x29 points to lies the return address. */
#if defined(__clang__)
#define ARCH_ENTRY_SP __builtin_sponentry()
#else
#define ARCH_ENTRY_SP __builtin_dwarf_cfa()
#endif
#define ARCH_CALLER                                                                                \
    {                                                                                              \
        .pc = arch_return_address((uintptr_t)__builtin_return_address(0)),                         \
        .sp = (uintptr_t)ARCH_ENTRY_SP,                                                            \
        .bp = *(const uintptr_t *)__builtin_frame_address(0),                                      \
        .from = arch_return_from((uintptr_t)__builtin_frame_address(0) + 8,                        \
                                 ((const uintptr_t *)__builtin_frame_address(0))[1]),              \
    }

/* --- signals --- */

/* Registers that a signal interrupted, in the kernel's signal frame (siginfo, then ucontext):
 * offsets from the stack pointer in the restorer.  ARCH_SIGNAL_LINK: of the one that holds the
 * return address of a function that has saved it nowhere. */
#define ARCH_SIGNAL_CONTEXT sizeof(siginfo_t)
#define ARCH_SIGNAL_PC      (ARCH_SIGNAL_CONTEXT + offsetof(ucontext_t, uc_mcontext.pc))
#define ARCH_SIGNAL_SP      (ARCH_SIGNAL_CONTEXT + offsetof(ucontext_t, uc_mcontext.sp))
#define ARCH_SIGNAL_BP      (ARCH_SIGNAL_CONTEXT + offsetof(ucontext_t, uc_mcontext.regs[29]))
#define ARCH_SIGNAL_LINK    (ARCH_SIGNAL_CONTEXT + offsetof(ucontext_t, uc_mcontext.regs[30]))

/* What the kernel has signal handlers return to: mov x8, #__NR_rt_sigreturn; svc #0. */
#define ARCH_SIGNAL_RETURN       "\x68\x11\x80\xd2\x01\0\0\xd4"
#define ARCH_SIGNAL_RETURN_BYTES (sizeof ARCH_SIGNAL_RETURN - 1)
/* It is in the vDSO, or for want of that in a page of no module. */
#define ARCH_SIGNAL_RETURN_ANYWHERE true

/* --- code --- */

/* So many bytes in front of a return address are looked at below. */
#define ARCH_CALL_MOST 4u

/* Does a call end at `end`?  BL, BLR, or BLR with authentication (BLRAA and its kin). */
static inline bool arch_ends_call(const uint8_t *end)
{
    uint32_t code = (uint32_t)end[-4] | (uint32_t)end[-3] << 8 | (uint32_t)end[-2] << 16 |
                    (uint32_t)end[-1] << 24;
    return code >> 26 == 0x25 || (code & 0xfffffc1f) == 0xd63f0000 ||
           (code & 0xfefff800) == 0xd63f0800;
}

#endif
