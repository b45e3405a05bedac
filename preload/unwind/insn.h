/* SPDX-License-Identifier: Apache-2.0
 *
 * How long an instruction is, and where it goes on: enough to follow the control flow
 * of compiled code.
 */
#ifndef MEMPROF_UNWIND_INSN_H
#define MEMPROF_UNWIND_INSN_H

#include <stdint.h>

enum insn_kind {
    INSN_PLAIN,   /* goes on behind itself */
    INSN_CALL,    /* so does a call, when it returns */
    INSN_JUMP,    /* goes on at `target` */
    INSN_BRANCH,  /* at `target` or behind itself */
    INSN_END,     /* leaves the function, or stops */
    INSN_UNKNOWN, /* a jump to where a register or a table says */
};

struct insn {
    uint32_t length; /* bytes; 0: not understood, or cut by the end of the bytes */
    enum insn_kind kind;
    uintptr_t
        target;     /* of a jump, a branch, or a call whose target is in the instruction; else 0 */
    uintptr_t slot; /* of a jump to the address that lies here, as in the GOT; else 0 */
};

/* The instruction at `code`; no byte from `end` on is read. */
struct insn insn_decode(const uint8_t *code, const uint8_t *end);

/* The most bytes of a call whose target is in the instruction; and the target of the call that ends
 * before `end`, of which so many bytes are read.  0: it is another kind of call. */
#define INSN_CALL_BYTES 5
uintptr_t insn_called(const uint8_t *end);

#endif
