/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes from a process what it does not need to parse files that nobody vouches for.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_CONFINE_H
#define MEMPROF_COLLECTOR_SYMBOLS_CONFINE_H

#include <stdint.h>
#include <sys/types.h>

/* What could not be had; said to who wants to know. */
#define CONFINE_NO_USER    1u /* root stays root */
#define CONFINE_NO_LIMITS  2u
#define CONFINE_NO_SECCOMP 4u

struct confine_options {
    uid_t uid; /* whom to become when we are root; root itself becomes nobody */
    gid_t gid;
    uint64_t data_bytes; /* RLIMIT_DATA */
    uint64_t cpu_s;      /* RLIMIT_CPU */
};

/* For the rest of the process's life: groups, ids and capabilities go, and whatever
 * could give them back; no file is written and no process made; of system calls, those
 * stay that read and write what is open, get memory, and end.  Descriptors other than
 * `keep` are closed.  Returns what could not be had: CONFINE_*. */
unsigned confine(const struct confine_options *options, int keep);
/* "a user of its own, seccomp": for messages. */
const char *confine_missing(unsigned missing);

#endif
