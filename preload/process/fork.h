/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a fork's child gets its state: it finds nothing of its parent's and makes one of its
 * own with its first sample, as any process does (prepare.h).  For that the kernel gives it
 * zeroes for what is process-wide (process_wide.h) and for the arena, and no mapping of its
 * parent's state (MADV_DONTFORK).  There is nothing to do, so that a child of _Fork or of
 * clone is as good as one of fork.
 *
 * Only a handler that forks in the middle of an event takes more: its child goes on with that
 * event when the handler returns, so that nothing may be wiped under it.  Then the child keeps
 * its parent's tables, in memory of its own, until that event is over, and is PROCESS_STALE.
 */
#ifndef MEMPROF_FORK_H
#define MEMPROF_FORK_H

/* Registers the three below with pthread_atfork, which takes a lock of libc. */
void fork_register(void);

/* Around a fork; _Fork, which signal handlers may call, calls no handlers of libc's.  They take
 * no lock. */
void fork_prepare(void);
void fork_in_parent(void);
void fork_in_child(void);

/* What these do in the middle of an event: the child is to have the tables; the next one is not;
 * this one has them, and a mapping of its own in place of its parent's state. */
void fork_keep(void);
void fork_wipe(void);
void fork_stale(void);

/* Wipes what a stale child kept; no event of the thread may be under way. */
void fork_renew(void);

#endif
