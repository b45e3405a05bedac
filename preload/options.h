/* SPDX-License-Identifier: Apache-2.0
 *
 * What values the options take: the library uses a default where one makes no sense, and
 * `memprof run` refuses it.  Constants only, for both.
 */
#ifndef MEMPROF_OPTIONS_H
#define MEMPROF_OPTIONS_H

#include <stdint.h>

#define OPTION_INTERVAL_MIN     UINT64_C(1)
#define OPTION_INTERVAL_MAX     (UINT64_C(1) << 40) /* bytes */
#define OPTION_INTERVAL_DEFAULT (UINT64_C(512) << 10)

#define OPTION_DEPTH_MIN     8u /* frames */
#define OPTION_DEPTH_MAX     2048u
#define OPTION_DEPTH_DEFAULT 512u

#define OPTION_STATE_MIN     (UINT64_C(1) << 20) /* bytes of one process's state */
#define OPTION_STATE_MAX     (UINT64_C(16) << 30)
#define OPTION_STATE_DEFAULT (UINT64_C(64) << 20)

/* One of how many windows of events is followed; 0: none, the default. */
#define OPTION_LIFETIMES_MAX     1024u
#define OPTION_LIFETIMES_DEFAULT 8u /* where they are asked for without a number */

#define OPTION_VERBOSE_MAX 9u
#define OPTION_PATH_MAX    2048u /* bytes of a path, with its NUL */

/* By enum state_unwinder. */
#define OPTION_UNWINDERS "cfi", "fp", "libunwind", "diff"

#endif
