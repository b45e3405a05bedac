/* SPDX-License-Identifier: Apache-2.0
 *
 * The child inherits our memory, so its limit is ours at least.
 */
#include "collector/symbols/child.h"
#include "collector/base/budget.h"
#include "collector/base/clock.h"
#include "collector/base/open_regular.h"
#include "collector/symbols/files.h"
#include "collector/symbols/pipe.h"
#include "collector/symbols/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HEAP_BYTES    (UINT64_C(448) << 20) /* for a child at least ... */
#define HEAP_PER_BYTE 4                     /* ... and for a byte of a large file */
#define KEPT_BYTES    (UINT64_C(128) << 20) /* with more than that it does no other job */
#define SHARED_CPU_S  120 /* for the jobs of other states, where the limit cannot be raised */
#define CPU_GRACE_S   5   /* a child that nobody watches ends by itself */

/* Two ends of a socket, neither of them one of 0 to 2. */
static bool make_socket(int ends[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    ends[0] = open_above_standard(ends[0]);
    ends[1] = open_above_standard(ends[1]);
    if (ends[0] >= 0 && ends[1] >= 0)
        return true;
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
    return false;
}

static uint64_t heap_of_child(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return HEAP_BYTES;
    return limit.rlim_cur > HEAP_BYTES ? limit.rlim_cur : HEAP_BYTES;
}

/* Of the processor. */
static uint64_t cpu_s(int64_t deadline_ms)
{
    int64_t left_ms = deadline_ms - clock_now_ms();
    return (uint64_t)(left_ms > 0 ? left_ms / 1000 : 0) + CPU_GRACE_S;
}

static _Noreturn void child_main(const struct symbol_child *child, int fd, pid_t parent)
{
    struct confine_options confinement = {
        .uid = child->uid,
        .gid = child->gid,
        .data_bytes = child->heap_bytes,
        .cpu_s = child->cpu_s,
    };
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    symbol_worker_run(&confinement, fd);
}

bool symbol_child_start(struct symbol_child *child, uid_t uid, gid_t gid, int64_t deadline_ms,
                        bool is_shared)
{
    int ends[2];
    pid_t parent = getpid();
    if (!make_socket(ends))
        return false;
    *child = (struct symbol_child){
        .fd = ends[0],
        .heap_bytes = heap_of_child(),
        .cpu_s = cpu_s(deadline_ms) + (is_shared ? SHARED_CPU_S : 0),
        .uid = uid,
        .gid = gid,
    };
    pid_t pid = fork();
    if (pid == 0)
        child_main(child, ends[1], parent);
    close(ends[1]);
    if (pid > 0) {
        child->pid = pid;
        return true;
    }
    close(ends[0]);
    return false;
}

#ifndef BUDGET_HAS_SANITIZER
/* Its own memory, as RLIMIT_DATA counts it; UINT64_MAX: it cannot be told. */
static uint64_t data_bytes(pid_t pid)
{
    char path[64], text[160];
    unsigned long long pages;
    snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    if (fd >= 0)
        close(fd);
    if (length <= 0)
        return UINT64_MAX;
    text[length] = '\0';
    return sscanf(text, "%*u %*u %*u %*u %*u %llu", &pages) == 1
               ? pages * (uint64_t)sysconf(_SC_PAGESIZE)
               : UINT64_MAX;
}
#endif

/* Root in a container may not change the limits of another user's process. */
static bool set_limit(pid_t pid, __rlimit_resource_t resource, uint64_t soft)
{
    struct rlimit limit;
    if (prlimit(pid, resource, NULL, &limit) != 0)
        return false;
    if (limit.rlim_cur == RLIM_INFINITY)
        return true;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    return prlimit(pid, resource, &limit, NULL) == 0;
}

static bool renew_cpu(struct symbol_child *child, uint64_t wanted_s)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(child->pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return false;
    wanted_s += (uint64_t)used.tv_sec + 1;
    if (wanted_s <= child->cpu_s || !set_limit(child->pid, RLIMIT_CPU, wanted_s))
        return wanted_s <= child->cpu_s;
    child->cpu_s = wanted_s;
    return true;
}

static bool renew_data(struct symbol_child *child, uint64_t wanted_bytes)
{
#ifndef BUDGET_HAS_SANITIZER
    if (data_bytes(child->pid) > KEPT_BYTES)
        return false;
#endif
    if (wanted_bytes != child->heap_bytes && !set_limit(child->pid, RLIMIT_DATA, wanted_bytes))
        return false;
    child->heap_bytes = wanted_bytes;
    return true;
}

bool symbol_child_renew(struct symbol_child *child, int64_t deadline_ms)
{
    child->is_used = true;
    return renew_data(child, heap_of_child()) && renew_cpu(child, cpu_s(deadline_ms));
}

void symbol_child_allow(struct symbol_child *child, uint64_t file_bytes, uint64_t extra_ms)
{
    uint64_t heap_bytes = child->heap_bytes + file_bytes * HEAP_PER_BYTE;
    uint64_t seconds = child->cpu_s + (extra_ms + 999) / 1000;
    if (file_bytes > SYMBOL_FILES_LARGE_BYTES && set_limit(child->pid, RLIMIT_DATA, heap_bytes))
        child->heap_bytes = heap_bytes;
    if (extra_ms > 0 && set_limit(child->pid, RLIMIT_CPU, seconds))
        child->cpu_s = seconds;
}

void symbol_child_end(struct symbol_child *child)
{
    close(child->fd);
    kill(child->pid, SIGKILL); /* what it was asked for it has said */
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    *child = (struct symbol_child){.fd = -1};
}
