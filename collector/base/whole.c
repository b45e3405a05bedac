/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/base/whole.h"

#include <errno.h>
#include <unistd.h>

bool whole_write(int fd, const void *bytes, size_t count)
{
    for (const char *at = bytes; count > 0;) {
        ssize_t step = write(fd, at, count);
        if (step < 0 && errno == EINTR)
            continue;
        if (step <= 0)
            return false;
        at += step;
        count -= (size_t)step;
    }
    return true;
}

size_t whole_read(int fd, void *bytes, size_t count)
{
    size_t got = 0;
    while (got < count) {
        ssize_t step = read(fd, (char *)bytes + got, count - got);
        if (step < 0 && errno == EINTR)
            continue;
        if (step <= 0)
            break;
        got += (size_t)step;
    }
    return got;
}
