/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/process_wide.h"

#include <stddef.h>
#include <sys/mman.h>

bool process_wide_advise(int advice)
{
    size_t bytes = (size_t)(__stop_process_wide - __start_process_wide);
    return madvise(__start_process_wide, bytes, advice) == 0;
}
