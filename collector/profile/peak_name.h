/* SPDX-License-Identifier: Apache-2.0
 *
 * What the profile of a peak is called.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_PEAK_NAME_H
#define MEMPROF_COLLECTOR_PROFILE_PEAK_NAME_H

/* The name of the peak's profile beside one of this name: ".peak" goes before ".pb.gz" and the
 * numbers after that.  NULL: no memory. */
char *peak_name(const char *path);

#endif
