/* SPDX-License-Identifier: Apache-2.0
 *
 * The child inherits our memory, so its limit is ours at least.
 */
#include "collector/symbols/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAP_BYTES    (UINT64_C(448) << 20) /* for a child at least ... */
#define HEAP_PER_BYTE 4                     /* ... and for a byte of a large file */
#define LARGE_BYTES   (UINT64_C(32) << 20)
#define CPU_GRACE_S   5 /* a child that nobody watches ends by itself */

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

static _Noreturn void be_the_child(const struct symbol_work *work, uint32_t first, uint64_t heap,
                                   int fd, pid_t parent)
{
    struct symbol_work own = *work;
    int64_t left_ms = own.deadline_ms - symbol_now_ms();
    own.confinement.data_bytes = heap;
    own.confinement.cpu_s = (uint64_t)(left_ms > 0 ? left_ms / 1000 : 0) + CPU_GRACE_S;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    symbol_worker_run(&own, first, fd);
}

bool symbol_child_start(struct symbol_child *child, const struct symbol_work *work, uint32_t first)
{
    int ends[2];
    pid_t parent = getpid();
    if (!make_socket(ends))
        return false;
    *child = (struct symbol_child){.fd = ends[0], .heap_bytes = heap_of_child()};
    child->pid = fork();
    if (child->pid == 0)
        be_the_child(work, first, child->heap_bytes, ends[1], parent);
    close(ends[1]);
    if (child->pid > 0)
        return true;
    close(ends[0]);
    return false;
}

void symbol_child_allow(struct symbol_child *child, uint64_t file_bytes, uint64_t extra_ms)
{
    struct rlimit limit;
    if (file_bytes > LARGE_BYTES) {
        child->heap_bytes += file_bytes * HEAP_PER_BYTE;
        if (prlimit(child->pid, RLIMIT_DATA, NULL, &limit) == 0 &&
            limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < child->heap_bytes) {
            limit.rlim_cur =
                child->heap_bytes < limit.rlim_max ? child->heap_bytes : limit.rlim_max;
            prlimit(child->pid, RLIMIT_DATA, &limit, NULL);
        }
    }
    if (extra_ms > 0 && prlimit(child->pid, RLIMIT_CPU, NULL, &limit) == 0 &&
        limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur += (extra_ms + 999) / 1000;
        prlimit(child->pid, RLIMIT_CPU, &limit, NULL);
    }
}

void symbol_child_end(struct symbol_child *child)
{
    close(child->fd);
    kill(child->pid, SIGKILL); /* one that is done has said so, and ends anyway */
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
