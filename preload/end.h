/* SPDX-License-Identifier: Apache-2.0
 *
 * The regular end of a process: its profile is made.
 */
#ifndef MEMPROF_END_H
#define MEMPROF_END_H

/* Registers the handlers of exit and quick_exit, which takes a lock of libc. */
void end_register(void);

/* The process is about to end in the regular way: makes the profile.  Does nothing
 * in a vfork's child, and the second time. */
void end_process(void);

#endif
