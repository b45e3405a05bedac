/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls other than the allocation family that the shim must see.
 */
#ifndef MEMPROF_CALLS_H
#define MEMPROF_CALLS_H

/* Finds the real ones, at start, before libraries come and go. */
void calls_resolve(void);

#endif
