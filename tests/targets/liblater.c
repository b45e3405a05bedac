/* SPDX-License-Identifier: Apache-2.0
 *
 * To be preloaded: it is as many seconds later as the file $LATER says, by every clock but the time
 * of day.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long seconds(void)
{
    char text[32] = "";
    const char *path = getenv("LATER");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return 0;
    ssize_t got = read(fd, text, sizeof(text) - 1);
    close(fd);
    return got > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    long failed = syscall(SYS_clock_gettime, clock, now);
    if (failed == 0 && (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW ||
                        clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME))
        now->tv_sec += seconds();
    return (int)failed;
}
