/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the runs take place: the computer, and the variables that programs may allocate by.
 */
#ifndef MEMPROF_TOOLS_STAT_HOST_H
#define MEMPROF_TOOLS_STAT_HOST_H

#include "tools/stat/record.h"

/* Fills the record's host, system, machine, cpu, cpus, directory and environment.  False: no
 * memory. */
bool stat_host_describe(struct stat_record *record);

#endif
