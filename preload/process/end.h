/* SPDX-License-Identifier: Apache-2.0
 *
 * The regular end of a process.  Its profile is made by `memprof run`, if that waits for
 * it, or by the process itself, which becomes its own collector (become.h); where neither
 * can be, the state stays.
 */
#ifndef MEMPROF_END_H
#define MEMPROF_END_H

#include <stdbool.h>

/* Registers the handlers of exit and quick_exit, which takes a lock of libc. */
void end_register(void);

/* False until then. */
bool end_is_registered(void);

/* The process is about to end with `status`, without exit handlers: _exit and its kin.
 * Comes back when the process has to end the plain way.  Does nothing in a vfork's child.
 * Any thread, signal handlers too; on a stack of a few KiB. */
void end_at_once(int status);

/* quick_exit was called with `status`, which its handlers are not told. */
void end_note_quick_status(int status);

/* A handler was registered before ours, and will run after it: there will be no exec. */
void end_note_earlier_handler(void);

#endif
