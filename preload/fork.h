/* SPDX-License-Identifier: Apache-2.0
 *
 * What fork needs from us.  A child finds everything wiped and begins anew with its
 * first sample; only a fork in the middle of an event takes more.
 */
#ifndef MEMPROF_FORK_H
#define MEMPROF_FORK_H

/* Registers the handlers of pthread_atfork, which takes a lock of libc. */
void fork_register(void);

#endif
