/* SPDX-License-Identifier: Apache-2.0
 *
 * The process becomes its own collector: it execs memprof-end (preload/end/), which ends
 * with the target's status after memprof-collect has made the profile.  exec ends all threads at
 * once and frees the target's memory before the collector needs any.  It makes no child that
 * somebody could see, needs no room for another process and keeps the pid.
 */
#ifndef MEMPROF_BECOME_H
#define MEMPROF_BECOME_H

/* Remembers what must be the same at the end: the files of both programs, who this process
 * is, and the variables that the collector is to see.  Once, at start. */
void become_prepare(char **envp);

/* Tells whether exec is possible and right, because it cannot be undone: NULL when it is, else
 * the reason why not, as a clause for a message.  Any thread, signal handlers too. */
const char *become_obstacle(void);

/* Execs memprof-end; all signals must be blocked.  Returns only when the kernel refuses. */
void become_collector(int status);

#endif
