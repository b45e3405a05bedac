/* SPDX-License-Identifier: Apache-2.0
 *
 * To be preloaded: it is as many seconds later as the file $LATER says, by every clock but the time
 * of day, and as many as its second number says by that.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long seconds(int of_day)
{
    char text[64] = "", *rest;
    const char *path = getenv("LATER");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return 0;
    ssize_t got = read(fd, text, sizeof(text) - 1);
    close(fd);
    long later = got > 0 ? strtol(text, &rest, 10) : 0;
    return of_day && got > 0 ? strtol(rest, NULL, 10) : later;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    long failed = syscall(SYS_clock_gettime, clock, now);
    if (failed == 0 && (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW ||
                        clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME))
        now->tv_sec += seconds(0);
    else if (failed == 0 && clock == CLOCK_REALTIME)
        now->tv_sec += seconds(1);
    return (int)failed;
}
