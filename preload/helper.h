/* SPDX-License-Identifier: Apache-2.0
 *
 * Starts memprof-collect at the end of a process, so that the process does not
 * notice: no SIGCHLD, no child that its wait calls could see, no descriptor.
 */
#ifndef MEMPROF_HELPER_H
#define MEMPROF_HELPER_H

/* Runs the collector on this process's state and waits for it, for a minute at
 * most.  Whatever goes wrong, the state stays. */
void helper_run(void);

#endif
