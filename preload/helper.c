/* SPDX-License-Identifier: Apache-2.0
 *
 * An intermediate (apart.h) that never execs sets its descriptors and signals as the
 * collector shall find them, starts it, and waits for it with a time-out.
 */
#include "preload/helper.h"
#include "preload/apart.h"
#include "preload/config.h"
#include "preload/log.h"
#include "preload/root.h"
#include "preload/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_S    60
#define SIGNALS       64
#define SIGNAL_SET    8 /* bytes of the kernel's sigset_t */
#define FIRST_FREE_FD 3
#define VARIABLES     32
#define NOT_STARTED   127 /* exit status of the intermediate; else the collector's */
#define CRASHED       126

/* The kernel's struct sigaction (x86-64 and aarch64 begin alike). */
struct kernel_sigaction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};

static struct {
    char *argv[6];
    char *envp[VARIABLES + 1];
    char fd_text[24];
    int state_fd; /* a copy of the state to pass on; -1: none */
} job;

/* The collector is told nothing that the loader listens to. */
static void choose_environment(void)
{
    static const char *const passed[] = {
        "MEMPROF_", "HOME=", "TZ=", "PATH=", "LANG=", "LC_", "TMPDIR="};
    unsigned count = 0;
    for (char **entry = environ; entry && *entry && count < VARIABLES; entry++)
        for (unsigned i = 0; i < sizeof passed / sizeof *passed; i++)
            if (strncmp(*entry, passed[i], strlen(passed[i])) == 0) {
                job.envp[count++] = *entry;
                break;
            }
    job.envp[count] = NULL;
}

/* In the intermediate: as a program started from a shell finds them, but deaf to
 * what the terminal sends to the target. */
static void reset_signals(void)
{
    for (int signal = 1; signal <= SIGNALS; signal++) {
        struct kernel_sigaction action = {.handler = SIG_DFL};
        if (signal == SIGINT || signal == SIGQUIT || signal == SIGHUP || signal == SIGTERM)
            action.handler = SIG_IGN;
        syscall(SYS_rt_sigaction, signal, &action, NULL, SIGNAL_SET);
    }
}

static void reset_descriptors(void)
{
    for (int fd = 0; fd < FIRST_FREE_FD; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY); /* takes the lowest: fd */
    if (job.state_fd >= 0 && job.state_fd != FIRST_FREE_FD)
        dup2(job.state_fd, FIRST_FREE_FD);
    int first = job.state_fd >= 0 ? FIRST_FREE_FD + 1 : FIRST_FREE_FD;
    if (syscall(SYS_close_range, first, ~0U, 0) != 0)
        for (int fd = first; fd < 1024; fd++)
            close(fd);
}

static int wait_with_patience(pid_t pid)
{
    uint64_t child_signal = UINT64_C(1) << (SIGCHLD - 1);
    struct timespec patience = {.tv_sec = PATIENCE_S};
    int status = -1;
    while (waitpid(pid, &status, WNOHANG) == 0)
        if (syscall(SYS_rt_sigtimedwait, &child_signal, NULL, &patience, SIGNAL_SET) < 0 &&
            errno == EAGAIN) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
        }
    return WIFEXITED(status) ? WEXITSTATUS(status) : CRASHED;
}

static int intermediate(void *unused)
{
    (void)unused;
    reset_signals();
    reset_descriptors();
    pid_t pid = vfork();
    if (pid == 0) {
        uint64_t none = 0;
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, SIGNAL_SET);
        execve(job.argv[0], job.argv, job.envp);
        syscall(SYS_exit_group, NOT_STARTED);
    }
    return pid > 0 ? wait_with_patience(pid) : NOT_STARTED;
}

static void prepare_arguments(void)
{
    unsigned n = 0;
    job.state_fd = -1;
    job.argv[n++] = config.collector;
    job.argv[n++] = "--at-exit";
    if (root.segment.header->uid != geteuid() || access(segment_path(), R_OK | W_OK) != 0)
        job.state_fd = segment_copy();
    if (job.state_fd >= 0) {
        struct text text = {job.fd_text, sizeof job.fd_text, 0};
        text_add_number(&text, FIRST_FREE_FD, 10, 1);
        job.argv[n++] = "--fd";
        job.argv[n++] = job.fd_text;
    }
    job.argv[n++] = (char *)segment_path();
    job.argv[n] = NULL;
}

void helper_run(void)
{
    if (config.collector_none)
        return;
    if (!config.collector[0]) {
        log_line("the state is kept in ", segment_path(),
                 "; `memprof collect` makes a profile of it", NULL);
        return;
    }
    prepare_arguments();
    choose_environment();
    int status = apart_run(intermediate, NULL);
    if (job.state_fd >= 0)
        close(job.state_fd);
    if (status < 0 || status >= CRASHED)
        log_line(config.collector, " did not finish: the state is kept in ", segment_path(),
                 "; `memprof collect` makes a profile of it", NULL);
}
