/* SPDX-License-Identifier: Apache-2.0
 * build: -Wno-deprecated-declarations
 *
 * vforks HOW END [late]: starts a child that shares this memory, as HOW says, which allocates
 * 8 MiB in `in_child`, locks itself in if END begins with seccomp, and ends as END says;
 * `late`: the parent allocated before.  Then the parent allocates 1000 times 100 000 bytes in
 * `in_parent`, from ever new places in `deeper`, and returns 5.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char stack[256 * 1024] __attribute__((aligned(16)));
static const char *how, *end;
static struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
static struct sock_fprog program = {1, allow};

__attribute__((noinline)) static void in_parent(void)
{
    void *volatile block = malloc(100000);
    (void)block;
}
__attribute__((noinline)) static void in_child(void)
{
    void *volatile block = malloc(8 << 20);
    free(block);
}
__attribute__((noinline)) static void deeper(unsigned path)
{
    if (path > 1)
        path % 2 ? deeper(path / 2) : (deeper(path / 2), (void)0);
    else {
        void *volatile block = malloc(100);
        (void)block;
    }
    __asm__ volatile("" ::: "memory");
}

static void lock_in(void)
{
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (strstr(end, "prctl"))
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    else if (strstr(end, "refused"))
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL);
    else
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

static int child(void *unused)
{
    (void)unused;
    in_child();
    if (!strncmp(end, "seccomp", 7)) {
        lock_in();
        for (unsigned n = 0; n < 500; n++)
            deeper(n);
    }
    if (strstr(end, "failed"))
        execl("/nonexistent", "nonexistent", NULL);
    else if (strstr(end, "execlp"))
        execlp("true", "true", NULL);
    else if (strstr(end, "fexecve"))
        syscall(SYS_execveat, AT_FDCWD, "/bin/true", (char *[]){"true", NULL}, environ, 0);
    else if (strstr(end, "exec"))
        execl("/bin/true", "true", NULL);
    if (!strcmp(end, "exit"))
        exit(3);
    if (!strcmp(end, "quick_exit"))
        quick_exit(3);
    if (!strcmp(end, "kill"))
        raise(SIGKILL);
    _exit(3);
}

static pid_t start(void)
{
    pid_t pid = -1;
    if (!strcmp(how, "vfork") && (pid = vfork()) == 0)
        child(NULL);
    if (!strcmp(how, "clone-vfork"))
        pid = clone(child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
    if (!strcmp(how, "clone"))
        pid = clone(child, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
    return pid;
}

static void *run(void *unused)
{
    int status = 0;
    pid_t pid = start();
    if (waitpid(pid, &status, __WALL) != pid)
        perror("waitpid");
    printf("%s, %s: %x\n", how, end, (unsigned)status);
    return unused;
}

/* Before main, in the order of the program's own constructors: after the library's. */
__attribute__((constructor)) static void early(int argc, char **argv)
{
    how = argc > 1 ? argv[1] : "vfork";
    end = argc > 2 ? argv[2] : "exec";
    if (argc > 3 && !strcmp(argv[3], "early"))
        run(NULL);
}

int main(int argc, char **argv)
{
    pthread_t thread;
    if (argc > 3 && !strcmp(argv[3], "late"))
        in_parent();
    if (argc > 3 && !strcmp(argv[3], "thread")) {
        pthread_create(&thread, NULL, run, NULL);
        pthread_join(thread, NULL);
    } else if (argc <= 3 || strcmp(argv[3], "early")) {
        run(NULL);
    }
    for (int n = argc > 3 && !strcmp(argv[3], "late"); n < 1000; n++)
        in_parent();
    for (unsigned n = 0; n < 3000; n++)
        deeper(n);
    puts("done");
    return 5;
}
