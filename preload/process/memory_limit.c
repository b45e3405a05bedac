/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/memory_limit.h"
#include "preload/base/sys.h"

#include <sys/resource.h>

uint64_t memory_limit(void)
{
    static const int counted[] = {RLIMIT_AS, RLIMIT_DATA};
    uint64_t least = UINT64_MAX;
    for (unsigned i = 0; i < sizeof counted / sizeof *counted; i++) {
        struct rlimit limit;
        if (SYS(prlimit64, 0, counted[i], NULL, &limit) == 0 && limit.rlim_cur < least)
            least = limit.rlim_cur;
    }
    return least;
}
