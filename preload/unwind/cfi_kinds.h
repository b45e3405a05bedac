/* SPDX-License-Identifier: Apache-2.0
 *
 * The kinds of rules (cfi_rule.h).  How a rule is laid out depends on the architecture.
 */
#ifndef MEMPROF_UNWIND_CFI_KINDS_H
#define MEMPROF_UNWIND_CFI_KINDS_H

enum rule_kind {
    RULE_NONE = 0,   /* no usable CFI: go on by the frame pointer, if at all */
    RULE_CFA = 1,    /* CFA = register + offset */
    RULE_DEREF = 2,  /* CFA = *(register + offset): a realigned frame */
    RULE_SIGNAL = 3, /* a signal frame: registers lie in its ucontext */
    RULE_END = 4,    /* the outermost frame */
    RULE_LINK = 5,   /* as RULE_CFA, and the return address is in the link register still */
};

/* Where the caller's base pointer is. */
enum rule_bp {
    RULE_BP_SAME = 0, /* still in its register */
    RULE_BP_CFA = 1,  /* saved at CFA + bp_offset */
    RULE_BP_BP = 2,   /* saved at bp + bp_offset (realigned frames) */
};

#endif
