/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/clock.h"
#include "preload/process/sandbox.h"
#include "preload/process/state_map.h"
#include "preload/process/symbols.h"

#include <stddef.h>
#include <time.h>

static int (*clock_of_libc)(clockid_t clock, struct timespec *now);

void clock_find(void)
{
    *(void **)&clock_of_libc = symbols_of("clock_gettime", SYMBOLS_LIBC);
}

uint64_t clock_monotonic_ns(void)
{
    struct timespec now;
    if (!clock_of_libc || sandboxed() || clock_of_libc(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t clock_since_start_ns(void)
{
    uint64_t start = state_map.header->start_monotonic_ns;
    uint64_t now = start ? clock_monotonic_ns() : 0;
    return now > start ? now - start : 0;
}
