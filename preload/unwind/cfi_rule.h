/* SPDX-License-Identifier: Apache-2.0
 *
 * How to get from one frame to its caller, in 64 bits: what the CFA program of .eh_frame says
 * at one pc.
 */
#ifndef MEMPROF_UNWIND_CFI_RULE_H
#define MEMPROF_UNWIND_CFI_RULE_H

#include "arch_rule.h" /* struct rule */
#include "preload/unwind/cfi_table.h"

#include <stdbool.h>
#include <stdint.h>

/* The rule at `pc`, from .eh_frame of the module that contains it.  No lock, no
 * heap, about 250 ns.  Every read is bounded by the module's mapping. */
struct rule rule_compute(uintptr_t pc);

/* The same of a pc whose entry was found before. */
struct rule rule_of_entry(const struct cfi_entry *entry, uintptr_t pc);

/* Is `pc`, a return address, the first instruction of a function that no other one runs
 * into?  Then it was put there by hand, as the outermost frame (makecontext). */
bool rule_begins(uintptr_t pc);

#endif
