/* SPDX-License-Identifier: Apache-2.0
 *
 * The process becomes its own collector: it execs memprof-end (preload/end/), which ends
 * with the target's status after memprof-collect has made the profile.  exec ends all
 * threads at once and gives the target's memory back first, shows nobody a child, needs no
 * process to spare and keeps the pid.
 */
#ifndef MEMPROF_BECOME_H
#define MEMPROF_BECOME_H

/* Remembers what must be the same at the end: the files of both programs, who this process
 * is, and the variables that the collector is to see.  Once, at start. */
void become_prepare(char **envp);

/* Looks whether exec is possible and right, for after it nothing can be taken back: NULL
 * when it is, else why not, as words for a message.  Any thread, signal handlers too. */
const char *become_obstacle(void);

/* Does it; all signals are blocked.  Comes back only when the kernel refuses. */
void become_collector(int status);

#endif
