/* SPDX-License-Identifier: Apache-2.0
 *
 * A collector that is killed after MEMPROF_KILL_US microseconds.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const char *delay = getenv("MEMPROF_KILL_US"), *collector = getenv("MEMPROF_KILLED");
    (void)argc;
    pid_t victim = getpid();
    if (!delay || !collector)
        return 2;
    if (fork() == 0) {
        for (int left = atoi(delay); left > 0 && getppid() == victim; left -= 1000)
            usleep(left < 1000 ? (useconds_t)left : 1000);
        if (getppid() == victim)
            kill(victim, SIGKILL);
        _exit(0);
    }
    argv[0] = (char *)collector;
    execv(collector, argv);
    return 2;
}
