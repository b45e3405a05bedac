/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/base/random.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

uint64_t random_u64(void)
{
    int saved = errno;
    uint64_t value;
    if (getrandom(&value, sizeof value, GRND_NONBLOCK) != sizeof value) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        value = random_mix((uint64_t)now.tv_nsec ^ random_mix((uint64_t)getpid()));
    }
    errno = saved;
    return value;
}
