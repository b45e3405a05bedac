/* SPDX-License-Identifier: Apache-2.0
 *
 * What a signal handler returns to.  Where it has no unwind information, or none that says what it
 * is, its instructions tell.
 */
#ifndef MEMPROF_UNWIND_SIGNAL_RETURN_H
#define MEMPROF_UNWIND_SIGNAL_RETURN_H

#include <stdbool.h>
#include <stdint.h>

/* Is `pc`, a return address, where a handler goes back to the kernel?  Reads what a module has
 * mapped; on machines where the kernel may have put it elsewhere, it asks whether that is readable,
 * which is a system call. */
bool is_signal_return(uintptr_t pc);

#endif
