/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ps/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "collector/base/clock.h"

#define STEP_MS 20
#define REAPS   10

/* Returns the child's wait status, or -1: it stood still at one process for too long and was
 * killed. */
static int wait_for(pid_t child, const struct watch *watch, int64_t deadline_ms)
{
    uint64_t steps = 0;
    int64_t moved_ms = clock_now_ms();
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000};
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    for (;;) {
        int status;
        pid_t reaped = waitpid(child, &status, WNOHANG);
        if (reaped == child)
            return status;
        if (reaped < 0 && errno != EINTR)
            return W_EXITCODE(EXIT_FAILURE, 0);
        uint64_t now = atomic_load_explicit(&watch->progress->steps, memory_order_acquire);
        bool is_at_one = atomic_load_explicit(&watch->progress->process, memory_order_relaxed) != 0;
        if (now != steps || !is_at_one)
            moved_ms = clock_now_ms();
        steps = now;
        if (clock_now_ms() - moved_ms > deadline_ms)
            break;
        sigtimedwait(&ended, NULL, &step);
    }
    kill(child, SIGKILL);
    /* Reaps it, unless it is in a system call that not even SIGKILL ends: then init does, when we
     * have ended. */
    for (int i = 0; i < REAPS && waitpid(child, NULL, WNOHANG) == 0; i++)
        sigtimedwait(&ended, NULL, &step);
    return -1;
}

static pid_t start(int (*work)(const struct watch *watch, void *context), void *context,
                   const struct watch *watch, const sigset_t *mask)
{
    fflush(NULL);
    pid_t child = fork();
    if (child != 0)
        return child;
    sigprocmask(SIG_SETMASK, mask, NULL);
    int status = work(watch, context);
    fflush(NULL);
    _exit(status);
}

int watch_run(int (*work)(const struct watch *watch, void *context), void *context,
              int64_t deadline_ms)
{
    struct watch watch = {.progress = mmap(NULL, sizeof *watch.progress, PROT_READ | PROT_WRITE,
                                           MAP_SHARED | MAP_ANONYMOUS, -1, 0)};
    struct sigaction child_action = {
        .sa_handler = SIG_DFL}; /* if SIGCHLD were ignored, waiting would find nobody */
    sigset_t ended, mask;
    if (watch.progress == MAP_FAILED)
        return -1;
    sigaction(SIGCHLD, &child_action, NULL);
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, &mask);
    int status = -1;
    pid_t child = -1;
    while (status < 0 && (child = start(work, context, &watch, &mask)) > 0) {
        status = wait_for(child, &watch, deadline_ms);
        pid_t at = atomic_load_explicit(&watch.progress->process, memory_order_relaxed);
        if (status < 0 && watch.skipped_count == WATCH_SKIPPED_MOST)
            break;
        if (status < 0)
            watch.skipped[watch.skipped_count++] = at;
        atomic_store_explicit(&watch.progress->process, 0, memory_order_relaxed);
    }
    sigprocmask(SIG_SETMASK, &mask, NULL);
    munmap(watch.progress, sizeof *watch.progress);
    if (status < 0) {
        errno = child < 0 ? EAGAIN : ETIMEDOUT;
        return -1;
    }
    if (WIFSIGNALED(status)) { /* as it ended, so do we: a broken pipe, a limit */
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
