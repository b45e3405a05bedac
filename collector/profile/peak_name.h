/* SPDX-License-Identifier: Apache-2.0
 *
 * What profiles are called.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_PEAK_NAME_H
#define MEMPROF_COLLECTOR_PROFILE_PEAK_NAME_H

#define PROFILE_SUFFIX      ".pb.gz"
#define PROFILE_PEAK_SUFFIX ".peak" PROFILE_SUFFIX
#define PROFILE_TEMPLATE    "memprof.%e.%p" PROFILE_SUFFIX /* when nobody says otherwise */

/* The name of the peak's profile beside one of this name: ".peak" goes before ".pb.gz" and the
 * numbers after that.  NULL: no memory. */
char *peak_name(const char *path);

#endif
