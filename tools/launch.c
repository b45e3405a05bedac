/* SPDX-License-Identifier: Apache-2.0
 *
 * fork, exec, wait, and the signals in between.
 */
#include "tools/launch.h"
#include "collector/base/clock.h"
#include "preload/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STATUS_SIGNALED 128
#define LOOK_MS         250 /* between two calls of launch.look */

/* The process to pass signals on to; 0 before it starts and after it was reaped. */
static volatile sig_atomic_t program_pid;

static volatile sig_atomic_t interrupted; /* by this signal */

int launch_interrupted(void)
{
    return interrupted;
}

/* SIGINT and SIGQUIT are sent to the program, too, by who types them. */
static void note(int number, siginfo_t *info, void *context)
{
    (void)info, (void)context;
    interrupted = number;
}

/* A signal from the kernel (the terminal hung up) goes to our whole process group, so the
 * program has it already. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    (void)context;
    int saved = errno;
    interrupted = number;
    if (program_pid > 0 && info->si_code != SI_KERNEL)
        kill((pid_t)program_pid, number);
    errno = saved;
}

/* The signal dispositions that change while the program runs, and the previous ones. */
static struct {
    const int number;
    const enum { NOTE, PASS_ON, DEFAULT } handling;
    struct sigaction saved;
} signals[] = {
    {.number = SIGINT, .handling = NOTE},     {.number = SIGQUIT, .handling = NOTE},
    {.number = SIGTERM, .handling = PASS_ON}, {.number = SIGHUP, .handling = PASS_ON},
    {.number = SIGPIPE, .handling = NOTE},    /* when nobody reads the output that we pass on */
    {.number = SIGCHLD, .handling = DEFAULT}, /* were it ignored, waitpid() would find nothing */
};
#define SIGNALS (sizeof signals / sizeof *signals)

/* A signal that was ignored (nohup) stays ignored, by the program too.  What was there before the
 * first time is what the program gets. */
void launch_catch_signals(void)
{
    static bool is_saved;
    for (size_t i = 0; i < SIGNALS; i++) {
        struct sigaction action = {.sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        if (!is_saved)
            sigaction(signals[i].number, NULL, &signals[i].saved);
        if (signals[i].handling == DEFAULT) {
            action.sa_handler = SIG_DFL;
        } else if (signals[i].saved.sa_handler == SIG_IGN) {
            continue;
        } else {
            action.sa_sigaction = signals[i].handling == PASS_ON ? pass_on : note;
            action.sa_flags |= SA_SIGINFO;
        }
        sigaction(signals[i].number, &action, NULL);
    }
    is_saved = true;
}

static void signals_restore(void)
{
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i].number, &signals[i].saved, NULL);
}

/* Our library comes first, so that an allocator that the user preloads is called by ours. */
static int set_environment(const struct launch *launch)
{
    const char *others = getenv("LD_PRELOAD");
    size_t bytes = strlen(launch->run_directory) + RUN_VARIABLE_BYTES;
    char *preload = NULL, *run = malloc(bytes);
    struct text value = {run, bytes, 0};
    if (asprintf(&preload, "%s%s%s", launch->library, others && *others ? ":" : "",
                 others ? others : "") < 0 ||
        !run)
        return ENOMEM;
    run_variable_write(&value, launch->run_id, (uint32_t)getpid(), launch->run_directory);
    int failed = setenv("LD_PRELOAD", preload, 1) || setenv(RUN_VARIABLE, run, 1);
    free(preload);
    free(run);
    return failed ? ENOMEM : 0;
}

static _Noreturn void run_child(const struct launch *launch, int report, const sigset_t *mask)
{
    signals_restore();
    sigprocmask(SIG_SETMASK, mask, NULL);
    int number = launch->library ? set_environment(launch) : 0;
    for (int i = 0; i < 3 && !number; i++)
        if (launch->standard[i] > 2 && dup2(launch->standard[i], i) < 0)
            number = errno;
    if (!number) {
        execv(launch->path, launch->argv);
        number = errno;
    }
    ssize_t ignored = write(report, &number, sizeof number);
    (void)ignored;
    _exit(STATUS_SIGNALED - 1);
}

/* The errno of a failed exec; 0 when it worked and closed the pipe. */
static int read_report(int fd)
{
    int number = 0;
    ssize_t got;
    while ((got = read(fd, &number, sizeof number)) < 0 && errno == EINTR)
        ;
    return got == sizeof number ? number : 0;
}

/* When job control stops the program, we stop too, so that the shell notices; when the shell
 * continues us, we continue the program.  SIGSTOP was meant for the program alone. */
static void follow_stop(int number)
{
    if (number != SIGTSTP && number != SIGTTIN && number != SIGTTOU)
        return;
    raise(number);
    kill((pid_t)program_pid, SIGCONT);
}

/* Waits until a child changes state (SIGCHLD, which is blocked, comes to `child_fd`), there is
 * something to hear, or the next look is due. */
static void rest(struct launch *launch, int child_fd, uint64_t *looked_ns)
{
    struct pollfd ready[1 + LAUNCH_HEARD] = {{.fd = child_fd, .events = POLLIN}};
    for (size_t i = 0; i < LAUNCH_HEARD; i++)
        ready[1 + i] =
            (struct pollfd){.fd = launch->heard[i] ? launch->heard[i] : -1, .events = POLLIN};
    int look_ms = launch->look_ms ? launch->look_ms : LOOK_MS;
    int count = poll(ready, 1 + LAUNCH_HEARD, look_ms);
    if (count > 0 && ready[0].revents) {
        struct signalfd_siginfo ignored;
        while (read(child_fd, &ignored, sizeof ignored) < 0 && errno == EINTR)
            ;
        if (launch->reap)
            launch->reap(launch->pid);
    }
    for (size_t i = 0; i < LAUNCH_HEARD && count > 0; i++)
        if (ready[1 + i].revents && !launch->hear(launch->hearer, launch->heard[i]))
            launch->heard[i] = 0;
    if (launch->look && clock_ns(CLOCK_MONOTONIC) - *looked_ns >= (uint64_t)look_ms * 1000000) {
        launch->look(launch->context);
        *looked_ns = clock_ns(CLOCK_MONOTONIC);
    }
}

/* Reaps the program.  Its pid may then be another process's, so signals are not passed on any
 * more.  SIGCHLD is blocked. */
static int wait_for(struct launch *launch, int child_fd)
{
    pid_t pid = launch->pid;
    uint64_t looked_ns = clock_ns(CLOCK_MONOTONIC);
    for (;;) {
        siginfo_t info = {.si_pid = 0};
        int status;
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOWAIT | WNOHANG) != 0)
            return 0;
        if (info.si_pid == 0) {
            rest(launch, child_fd, &looked_ns);
            continue;
        }
        bool stopped = info.si_code == CLD_STOPPED || info.si_code == CLD_TRAPPED;
        if (!stopped)
            program_pid = 0;
        if (wait4(pid, &status, WUNTRACED | WNOHANG, &launch->usage) != pid)
            continue; /* SIGCONT came meanwhile */
        if (!WIFSTOPPED(status))
            return status;
        follow_stop(WSTOPSIG(status));
    }
}

/* A descriptor that can be read when a child has changed state; -1: a look now and then has to
 * do. */
static int hear_of_children(void)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    return signalfd(-1, &child, SFD_CLOEXEC);
}

struct error *launch_run(struct launch *launch)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0)
        return error_create_errno(errno, "%s: pipe", launch->path);
    sigset_t all, mask;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &mask);
    launch_catch_signals();
    fflush(NULL);
    launch->began_ns = clock_ns(CLOCK_REALTIME);
    uint64_t start_ns = clock_ns(CLOCK_MONOTONIC);
    launch->pid = fork();
    if (launch->pid == 0)
        run_child(launch, report[1], &mask);
    int failed = launch->pid < 0 ? errno : 0;
    program_pid = launch->pid;
    sigset_t before = mask;
    sigaddset(&mask, SIGCHLD); /* wait_for() asks for it */
    sigprocmask(SIG_SETMASK, &mask, NULL);
    close(report[1]);
    if (!failed)
        failed = read_report(report[0]);
    close(report[0]);
    int child_fd = hear_of_children();
    if (launch->pid > 0)
        launch->wait_status = wait_for(launch, child_fd);
    launch->wall_ns = clock_ns(CLOCK_MONOTONIC) - start_ns;
    if (child_fd >= 0)
        close(child_fd);
    struct sigaction quit = {.sa_handler = SIG_DFL};
    sigaction(SIGQUIT, &quit, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return failed ? error_create_errno(failed, "%s", launch->path) : NULL;
}

int launch_exit_status(const struct launch *launch)
{
    return WIFSIGNALED(launch->wait_status) ? STATUS_SIGNALED + WTERMSIG(launch->wait_status)
                                            : WEXITSTATUS(launch->wait_status);
}
