/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/base/age.h"

#include <time.h>

uint64_t age_of(const struct stat *status)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age = (int64_t)(now.tv_sec - status->st_mtim.tv_sec) * 1000000000 + now.tv_nsec -
                  status->st_mtim.tv_nsec;
    return age > 0 ? (uint64_t)age : 0;
}
