/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof-end: what a profiled process becomes at its end (end.c).  It has the target's
 * pid, parent and exit status, and nothing else of it: the collector runs as its child,
 * with bounded time and memory, and whatever becomes of that child, this process ends with
 * the status that the target chose.
 *
 * It is static and without libc, because after exec nothing can be taken back: it needs no
 * loader, no library, no descriptor, a few pages, and a process for the collector only if
 * there is one to spare.  Arguments: arguments.h.  All signals arrive blocked.
 */
#include "preload/base/sys.h"
#include "preload/end/arguments.h"
#include "preload/end/support.h"
#include "preload/process/room.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define STATUS_BYTES      4096
#define SIGNALS           64
#define FIRST_OTHER_FD    3
#define DESCRIPTORS_LEAST 1024
#define STACK_LEAST       (UINT64_C(8) << 20)
#define DATA_MOST         (UINT64_C(1) << 30)
#define NOT_STARTED       127
#define CRASHED           126 /* higher statuses are not the collector's own */
#define STATUS_MISUSE     2
#define ALL_SIGNALS       (~UINT64_C(0))
#define SIGNAL_BIT(n)     (UINT64_C(1) << ((n) - 1))

/* The kernel's struct sigaction (x86-64 and aarch64 begin alike). */
struct kernel_sigaction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};

enum outcome { FINISHED, UNFINISHED, INTERRUPTED };

/* --- this process --- */

/* What /proc/self/status says: whether there is a seccomp filter, which may kill for a call
 * that it does not know, and how many descriptors there can be. */
static struct {
    bool is_filtered;
    int descriptors;
} process = {.descriptors = 65536};

static void look_at_process(void)
{
    static char status[STATUS_BYTES + 16]; /* ends in zeroes */
    long fd = SYS(openat, AT_FDCWD, "/proc/self/status", O_RDONLY | O_CLOEXEC);
    long length = fd < 0 ? 0 : SYS(read, fd, status, STATUS_BYTES);
    SYS(close, fd);
    for (long i = 0; i < length; i++) {
        if (memcmp(status + i, "\nFDSize:\t", 9) == 0)
            process.descriptors = (int)end_number(status + i + 9);
        if (memcmp(status + i, "\nSeccomp:\t", 10) == 0)
            process.is_filtered = status[i + 10] != '0';
    }
}

static void take_name(const char *comm)
{
    long fd = SYS(openat, AT_FDCWD, "/proc/self/comm", O_WRONLY | O_CLOEXEC);
    SYS(write, fd, comm, strlen(comm));
    SYS(close, fd);
}

/* Makes descriptors 0 and 1 /dev/null, so that a reader of the target's output sees the end of
 * it.  Descriptor 2 stays, for messages. */
static void reset_descriptors(void)
{
    if (process.is_filtered || SYS(close_range, FIRST_OTHER_FD, ~0u, 0) != 0)
        for (int fd = FIRST_OTHER_FD; fd < process.descriptors; fd++)
            SYS(close, fd);
    SYS(close, 0);
    SYS(close, 1);
    long fd;
    do /* takes the lowest that is free: 0, 1, and 2 if the target had closed it */
        fd = SYS(openat, AT_FDCWD, "/dev/null", O_RDWR);
    while (fd >= 0 && fd < 2);
    if (fd > 2)
        SYS(close, fd);
}

/* The collector does not inherit a real-time or otherwise preferred schedule.  Only what differs
 * is set, because a seccomp filter may forbid the call. */
static void reset_priority(void)
{
    const struct sched_param none = {.sched_priority = 0};
    if (SYS(sched_getscheduler, 0) != SCHED_OTHER)
        SYS(sched_setscheduler, 0, SCHED_OTHER, &none);
    if (SYS(getpriority, PRIO_PROCESS, 0) > 20) /* the kernel gives 20 - nice */
        SYS(setpriority, PRIO_PROCESS, 0, 0);
    if (IOPRIO_PRIO_CLASS(SYS(ioprio_get, IOPRIO_WHO_PROCESS, 0)) == IOPRIO_CLASS_RT)
        SYS(ioprio_set, IOPRIO_WHO_PROCESS, 0, 0);
}

static void set_limit(int resource, uint64_t wanted, bool lower)
{
    struct rlimit64 limit;
    if (SYS(prlimit64, 0, resource, NULL, &limit) != 0 || (!lower && limit.rlim_cur >= wanted))
        return;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    SYS(prlimit64, 0, resource, &limit, NULL);
}

/* The target's own limits must not keep the collector from starting.  But the collector is
 * limited to what the target's memory cgroup has left, so that the kernel never has to choose
 * whom to kill. */
static void reset_limits(void)
{
    static const struct {
        int resource;
        uint64_t least;
    } needed[] = {{RLIMIT_AS, RLIM64_INFINITY},    {RLIMIT_CPU, RLIM64_INFINITY},
                  {RLIMIT_FSIZE, RLIM64_INFINITY}, {RLIMIT_NPROC, RLIM64_INFINITY},
                  {RLIMIT_STACK, STACK_LEAST},     {RLIMIT_NOFILE, DESCRIPTORS_LEAST}};
    for (unsigned i = 0; i < sizeof needed / sizeof *needed; i++)
        set_limit(needed[i].resource, needed[i].least, false);
    uint64_t room = room_in_cgroup() / 2; /* the collector has a process for symbols */
    set_limit(RLIMIT_DATA, room < DATA_MOST ? room : DATA_MOST, true);
    set_limit(RLIMIT_CORE, 0, true);
}

static uint64_t now_ns(void)
{
    struct timespec now = {0, 0};
    SYS(clock_gettime, CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* --- the collector --- */

/* In the child: as a program finds things that is started from a shell, but in a process
 * group of its own, so that the terminal's signals reach us and not it. */
static _Noreturn void start_collector(char **argv, char **envp)
{
    SYS(setpgid, 0, 0);
    SYS(umask, 077);
    long fd = SYS(openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY);
    if (fd >= 0) {
        SYS(write, fd, "1000", 4);
        SYS(close, fd);
    }
    for (int number = 1; number <= SIGNALS; number++) {
        struct kernel_sigaction action = {.handler = number == SIGTTOU ? SIG_IGN : SIG_DFL};
        SYS(rt_sigaction, number, &action, NULL, SYS_SIGNAL_SET);
    }
    reset_priority();
    reset_limits();
    uint64_t none = 0;
    SYS(rt_sigprocmask, SIG_SETMASK, &none, NULL, SYS_SIGNAL_SET);
    SYS(execve, argv[0], argv, envp);
    end_exit(NOT_STARTED);
}

static const uint64_t awaited = SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGINT) | SIGNAL_BIT(SIGQUIT);

/* Waits for the child and for whoever interrupts at the terminal, until `deadline_ns`. */
static enum outcome wait_for(long pid, uint64_t deadline_ns)
{
    enum outcome outcome = FINISHED;
    int status = 0;
    while (SYS(wait4, pid, &status, WNOHANG, NULL) == 0) {
        uint64_t now = now_ns(), left = now < deadline_ns ? deadline_ns - now : 0;
        struct timespec patience = {(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
        long number = SYS(rt_sigtimedwait, &awaited, NULL, &patience, SYS_SIGNAL_SET);
        if (number == -EAGAIN)
            outcome = UNFINISHED;
        else if (number == SIGINT || number == SIGQUIT)
            outcome = INTERRUPTED;
        else
            continue;
        return outcome;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) < CRASHED ? FINISHED : UNFINISHED;
}

/* Signals sent to the target before exec mean nothing any more.  Only those that we wait for are
 * taken from the queue: a timer of the target's goes on and may send the others faster than we
 * take them. */
static void forget_pending(void)
{
    struct timespec none = {0, 0};
    while (SYS(rt_sigtimedwait, &awaited, NULL, &none, SYS_SIGNAL_SET) > 0)
        ;
}

static enum outcome collect(char **argv, char **envp)
{
    uint64_t deadline_ns = now_ns() + end_number(argv[END_PATIENCE]) * 1000000000u;
    long pid = SYS(clone, SIGCHLD, 0, 0, 0, 0); /* a fork: all that is copied is a few pages */
    if (pid == -EAGAIN) { /* SCHED_DEADLINE may not fork; all else is for the child to reset */
        reset_priority();
        pid = SYS(clone, SIGCHLD, 0, 0, 0, 0);
    }
    if (pid == 0)
        start_collector(argv + END_COLLECTOR, envp);
    if (pid < 0)
        return UNFINISHED;
    SYS(setpgid, pid, pid); /* the child does the same: whoever is first */
    enum outcome outcome = wait_for(pid, deadline_ns);
    if (outcome != FINISHED) { /* what it started may still hold the state's lock */
        SYS(kill, -pid, SIGKILL);
        while (SYS(wait4, -pid, NULL, 0, NULL) > 0)
            ;
    }
    return outcome;
}

void end_main(int argc, char **argv, char **envp)
{
    const uint64_t all = ALL_SIGNALS;
    struct kernel_sigaction wait_for_children = {.handler = SIG_DFL};
    if (argc < END_ARGUMENTS_LEAST) {
        end_say("memprof-end: a profiled process becomes this at its end; it is not for use by "
                "hand, try 'memprof collect'\n",
                NULL);
        end_exit(STATUS_MISUSE);
    }
    SYS(rt_sigprocmask, SIG_SETMASK, &all, NULL, SYS_SIGNAL_SET);
    SYS(rt_sigaction, SIGCHLD, &wait_for_children, NULL, SYS_SIGNAL_SET);
    look_at_process();
    take_name(argv[END_COMM]);
    if (!process.is_filtered)
        SYS(prctl, PR_SET_CHILD_SUBREAPER, 1); /* of what an unfinished collector leaves */
    reset_descriptors();
    forget_pending();
    enum outcome outcome = collect(argv, envp);
    if (outcome != FINISHED && argv[END_MAY_SAY][0] == '1')
        end_say("memprof: ", argv[END_COLLECTOR],
                outcome == INTERRUPTED ? " was interrupted" : " did not finish",
                ": the state is kept in ", argv[END_STATE],
                "; `memprof collect` makes a profile of it\n", NULL);
    end_exit((int)end_number(argv[END_STATUS]));
}
