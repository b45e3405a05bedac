/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/signal_return.h"
#include "arch_frames.h"
#include "preload/process/module_extent.h"
#include "preload/process/thread.h"

#include <string.h>

static bool is_readable(uintptr_t pc)
{
    struct module_extent extent;
    uintptr_t last = pc + ARCH_SIGNAL_RETURN_BYTES - 1;
    if (module_extent_find(pc, &extent))
        return module_extent_readable_to(&extent, pc) > last;
    return ARCH_SIGNAL_RETURN_ANYWHERE && thread_readable(pc) && thread_readable(last);
}

bool is_signal_return(uintptr_t pc)
{
    return is_readable(pc) &&
           memcmp((const void *)pc, ARCH_SIGNAL_RETURN, ARCH_SIGNAL_RETURN_BYTES) == 0;
}
