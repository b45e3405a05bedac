/* SPDX-License-Identifier: Apache-2.0
 *
 * How many states of one user may lie in a default directory.
 */
#ifndef MEMPROF_QUOTA_H
#define MEMPROF_QUOTA_H

#include <stdbool.h>

#define QUOTA_STATES 1000
#define QUOTA_PART   4 /* one in so many bytes of the file system */

/* May one more state be made in that directory?  False (errno is EDQUOT): those there are
 * too many, or too large together.  Uses a descriptor for a moment. */
bool quota_allows(const char *directory);

#endif
