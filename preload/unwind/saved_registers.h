/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a function has saved its caller's registers: it writes these words once, when it begins,
 * so that another value proves another activation.
 */
#ifndef MEMPROF_UNWIND_SAVED_REGISTERS_H
#define MEMPROF_UNWIND_SAVED_REGISTERS_H

#include <stdint.h>

#define SAVED_REGISTERS 8 /* words that are looked at, right beside the return address */

/* The words that hold a register in the frame of `pc`: bit n stands for arch_saved_word(n).  0
 * where nothing is known.  Any thread. */
uint8_t saved_registers(uintptr_t pc);

#endif
