/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/base/age.h"
#include "collector/base/clock.h"

int64_t age_written_ns(const struct stat *status)
{
    return (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
}

uint64_t age_of(const struct stat *status)
{
    int64_t age_ns = (int64_t)clock_ns(CLOCK_REALTIME) - age_written_ns(status);
    return age_ns > 0 ? (uint64_t)age_ns : 0;
}
