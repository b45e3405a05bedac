/* SPDX-License-Identifier: Apache-2.0
 *
 * How to get from one frame to its caller, on x86-64, in 64 bits: what the CFA
 * program of .eh_frame says at one pc.
 */
#ifndef MEMPROF_UNWIND_CFI_RULE_H
#define MEMPROF_UNWIND_CFI_RULE_H

#include <stdbool.h>
#include <stdint.h>

enum rule_kind {
    RULE_NONE = 0,   /* no usable CFI: go on by the frame pointer, if at all */
    RULE_CFA = 1,    /* CFA = register + offset */
    RULE_DEREF = 2,  /* CFA = *(register + offset): a realigned frame */
    RULE_SIGNAL = 3, /* a signal frame: registers lie in its ucontext */
    RULE_END = 4,    /* the outermost frame */
};

/* Where the caller's base pointer is. */
enum rule_bp {
    RULE_BP_SAME = 0, /* still in its register */
    RULE_BP_CFA = 1,  /* saved at CFA + bp_offset */
    RULE_BP_BP = 2,   /* saved at bp + bp_offset (realigned frames) */
};

struct rule {
    uint8_t kind : 4;    /* enum rule_kind */
    uint8_t from_bp : 1; /* the register is rbp, else rsp */
    uint8_t bp_kind : 3; /* enum rule_bp */
    uint8_t saved;       /* bit n: a callee-saved register lies at CFA - 16 - 8 * n */
    int16_t bp_offset;   /* in units of 8 bytes */
    int32_t offset;      /* bytes */
};

/* The rule at `pc`, from .eh_frame of the module that contains it.  No lock, no
 * heap, about 250 ns.  Every read is bounded by the module's mapping. */
struct rule rule_compute(uintptr_t pc);

/* Is `pc`, a return address, the first instruction of a function that no other one runs
 * into?  Then it was put there by hand, as the outermost frame (makecontext). */
bool rule_begins(uintptr_t pc);

#endif
