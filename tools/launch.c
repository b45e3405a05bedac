/* SPDX-License-Identifier: Apache-2.0
 *
 * fork, exec, wait, and the signals in between.
 */
#include "tools/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STATUS_SIGNALED 128
#define LOOK_NS         250000000 /* between two calls of launch.look */

/* The process to pass signals on to; 0 before it starts and after it was reaped. */
static volatile sig_atomic_t program_pid;

/* A signal from the kernel (the terminal hung up) goes to our whole process group, so the
 * program has it already. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    (void)context;
    int saved = errno;
    if (program_pid > 0 && info->si_code != SI_KERNEL)
        kill((pid_t)program_pid, number);
    errno = saved;
}

/* The signal dispositions that change while the program runs, and the previous ones. */
static struct {
    const int number;
    const enum { IGNORE, PASS_ON, DEFAULT } handling;
    struct sigaction saved;
} signals[] = {
    {.number = SIGINT, .handling = IGNORE},   {.number = SIGQUIT, .handling = IGNORE},
    {.number = SIGTERM, .handling = PASS_ON}, {.number = SIGHUP, .handling = PASS_ON},
    {.number = SIGCHLD, .handling = DEFAULT}, /* were it ignored, waitpid() would find nothing */
};
#define SIGNALS (sizeof signals / sizeof *signals)

/* A signal that was ignored (nohup) stays ignored, by the program too. */
static void signals_install(void)
{
    for (size_t i = 0; i < SIGNALS; i++) {
        struct sigaction action = {.sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        sigaction(signals[i].number, NULL, &signals[i].saved);
        if (signals[i].handling == PASS_ON && signals[i].saved.sa_handler == SIG_IGN)
            continue;
        if (signals[i].handling == PASS_ON) {
            action.sa_sigaction = pass_on;
            action.sa_flags |= SA_SIGINFO;
        } else {
            action.sa_handler = signals[i].handling == IGNORE ? SIG_IGN : SIG_DFL;
        }
        sigaction(signals[i].number, &action, NULL);
    }
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
    char *preload = NULL, *run = NULL;
    if (asprintf(&preload, "%s%s%s", launch->library, others && *others ? ":" : "",
                 others ? others : "") < 0 ||
        asprintf(&run, "%016" PRIx64 ".%ld.%s", launch->run_id, (long)getpid(),
                 launch->run_directory) < 0)
        return ENOMEM;
    int failed = setenv("LD_PRELOAD", preload, 1) || setenv("MEMPROF_RUN", run, 1);
    free(preload);
    free(run);
    return failed ? ENOMEM : 0;
}

static _Noreturn void run_child(const struct launch *launch, int report, const sigset_t *mask)
{
    signals_restore();
    sigprocmask(SIG_SETMASK, mask, NULL);
    int number = set_environment(launch);
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

/* Waits until a child changes state or the next look is due. */
static void rest(const struct launch *launch)
{
    const struct timespec moment = {.tv_nsec = LOOK_NS};
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    if (sigtimedwait(&child, NULL, &moment) < 0 && errno == EAGAIN && launch->look)
        launch->look(launch->context);
}

/* Reaps the program.  Its pid may then be another process's, so signals are not passed on any
 * more.  SIGCHLD is blocked. */
static int wait_for(const struct launch *launch)
{
    pid_t pid = launch->pid;
    for (;;) {
        siginfo_t info = {.si_pid = 0};
        int status;
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOWAIT | WNOHANG) != 0)
            return 0;
        if (info.si_pid == 0) {
            rest(launch);
            continue;
        }
        bool stopped = info.si_code == CLD_STOPPED || info.si_code == CLD_TRAPPED;
        if (!stopped)
            program_pid = 0;
        if (waitpid(pid, &status, WUNTRACED | WNOHANG) != pid)
            continue; /* it was let go on meanwhile */
        if (!WIFSTOPPED(status))
            return status;
        follow_stop(WSTOPSIG(status));
    }
}

struct error *launch_run(struct launch *launch)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0)
        return error_create_errno(errno, "%s: pipe", launch->path);
    sigset_t all, mask;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &mask);
    signals_install();
    fflush(NULL);
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
    if (launch->pid > 0)
        launch->wait_status = wait_for(launch);
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
