/* SPDX-License-Identifier: Apache-2.0
 *
 * What fork needs from us.  A child finds everything wiped and begins anew with its
 * first sample; only a fork in the middle of an event takes more.
 */
#ifndef MEMPROF_FORK_H
#define MEMPROF_FORK_H

/* Registers the three below with pthread_atfork, which takes a lock of libc. */
void fork_register(void);

/* Around a fork; _Fork, which handlers of signals may call, asks no handlers of libc's.  No
 * lock is taken. */
void fork_prepare(void);
void fork_in_parent(void);
void fork_in_child(void);

#endif
