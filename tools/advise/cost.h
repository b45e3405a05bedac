/* SPDX-License-Identifier: Apache-2.0
 *
 * What an allocation costs on this machine, roughly.
 */
#ifndef MEMPROF_TOOLS_ADVISE_COST_H
#define MEMPROF_TOOLS_ADVISE_COST_H

/* Nanoseconds of a malloc and the free of its block, of 64 bytes that are used again at once: less
 * than most programs pay.  Measured when first asked for, which takes some milliseconds. */
double cost_of_pair_ns(void);

#endif
