/* SPDX-License-Identifier: Apache-2.0
 *
 * What /proc/PID/status tells everybody of a process.
 */
#ifndef MEMPROF_COLLECTOR_ROSTER_PROCESS_H
#define MEMPROF_COLLECTOR_ROSTER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct roster_process {
    pid_t parent;
    char comm[32]; /* what `ps -o comm` shows, at most 15 bytes */
    /* VmRSS, VmHWM and RssAnon; 0: not known */
    uint64_t rss_bytes, rss_most_bytes, rss_private_bytes;
};

/* False: there is no such process, or it is hidden from us. */
bool roster_process_read(struct roster_process *process, pid_t pid);

#endif
