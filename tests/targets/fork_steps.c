/* SPDX-License-Identifier: Apache-2.0
 * machine: x86_64
 *
 * fork_steps WHO: runs itself once for each system call of its first ten allocations, on a
 * tracer's leash: at that call a signal is sent to WHO, whose handler forks.  WHO is `main`,
 * which makes the allocations, or `other`, a thread that waits; `threaded` is `main` where
 * there is one.  Parent and child go on and allocate, the parent ten blocks of
 * 70 000 bytes in `in_parent`, the child ten of 80 000 in `in_child`.  Prints parent and child of
 * each run.
 */
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define BEGIN (-77) /* descriptors that are closed to say so */
#define END   (-78)

static volatile pid_t forked, other;
static volatile int is_child, finished;

__attribute__((noinline)) static void in_parent(void)
{
    void *volatile block = malloc(70000);
    (void)block;
}
__attribute__((noinline)) static void in_child(void)
{
    void *volatile block = malloc(80000);
    (void)block;
}

static void on_signal(int number)
{
    (void)number;
    pid_t pid = fork();
    if (pid == 0)
        is_child = 1;
    else
        forked = pid;
}

static void child_ends(void)
{
    for (int n = 0; n < 10; n++)
        in_child();
    exit(0);
}

static void *wait_to_fork(void *unused)
{
    other = (pid_t)syscall(SYS_gettid);
    while (!finished) {
        if (is_child)
            child_ends();
        sched_yield();
    }
    return unused;
}

static int work(const char *who)
{
    pthread_t thread;
    int status = -1;
    mallopt(M_TOP_PAD, 8 << 20); /* no system call, under libc's lock, once there is this */
    free(malloc(100));
    signal(SIGUSR1, on_signal);
    if (strcmp(who, "main")) {
        pthread_create(&thread, NULL, wait_to_fork, NULL);
        while (!other)
            sched_yield();
    }
    raise(SIGSTOP);
    close(BEGIN);
    for (int n = 0; n < 10; n++) {
        in_parent();
        if (is_child)
            child_ends();
    }
    close(END);
    while (!forked && !is_child && !strcmp(who, "other"))
        sched_yield();
    finished = 1;
    if (is_child)
        child_ends();
    if (forked && waitpid(forked, &status, 0) == forked && status != 0)
        printf("child ended with %x\n", (unsigned)status);
    fprintf(stderr, "%d %d\n", getpid(), forked);
    exit(0);
}

/* The thread of `pid` that is not its first. */
static pid_t other_of(pid_t pid)
{
    char name[64], line[256];
    pid_t found = 0;
    snprintf(name, sizeof name, "ls /proc/%d/task", pid);
    FILE *tasks = popen(name, "r");
    while (tasks && fgets(line, sizeof line, tasks))
        if (atoi(line) != pid)
            found = atoi(line);
    pclose(tasks);
    return found;
}

/* Sends the signal at the step-th system call; false: there are not so many. */
static int leash(char **argv, int step)
{
    int status, steps = -1;
    pid_t pid = fork(), got;
    if (pid == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        setenv("LD_PRELOAD", argv[2], 1);
        execl(argv[0], argv[0], argv[1], NULL);
        _exit(127);
    }
    waitpid(pid, &status, 0); /* the exec */
    do {
        ptrace(PTRACE_CONT, pid, NULL, NULL);
        waitpid(pid, &status, 0);
    } while (WSTOPSIG(status) != SIGSTOP);
    pid_t whom = strcmp(argv[1], "other") ? pid : other_of(pid);
    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE);
    ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
    while ((got = waitpid(-1, &status, __WALL)) > 0) {
        struct user_regs_struct registers = {0};
        long deliver = 0;
        if (!WIFSTOPPED(status)) {
            if (got == pid)
                break;
            continue;
        }
        if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            ptrace(PTRACE_GETREGS, got, NULL, &registers);
            if (registers.orig_rax == SYS_close && (int)registers.rdi == BEGIN)
                steps = 0;
            else if (registers.orig_rax == SYS_close && (int)registers.rdi == END && steps > 0)
                steps = steps >= step ? step : -2;
            else if (steps >= 0 && steps < step && ++steps == step)
                syscall(SYS_tgkill, pid, whom, SIGUSR1);
        } else if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) {
            deliver = WSTOPSIG(status);
        }
        if (steps == -2) { /* too few */
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            printf("killed %d\n", pid);
            return 0;
        }
        ptrace(PTRACE_SYSCALL, got, NULL, deliver);
    }
    if (status != 0)
        printf("step %d: status %x\n", step, (unsigned)status);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return work(argc > 1 ? argv[1] : "main");
    int step = 1;
    while (leash(argv, step))
        step++;
    printf("%d steps\n", step - 1);
    return 0;
}
