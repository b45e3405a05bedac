/* SPDX-License-Identifier: Apache-2.0
 *
 * What memprof-symbols is told, by position in argv; numbers are decimal.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_WORKER_ARGUMENTS_H
#define MEMPROF_COLLECTOR_SYMBOLS_WORKER_ARGUMENTS_H

enum worker_argument {
    WORKER_NAME = 0,
    WORKER_FD,  /* the socket to the collector */
    WORKER_UID, /* whom to become, if it is root */
    WORKER_GID,
    WORKER_DATA_BYTES, /* its limits */
    WORKER_CPU_S,
    WORKER_ARGUMENTS,
};

#endif
