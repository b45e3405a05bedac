/* SPDX-License-Identifier: Apache-2.0
 * machine: x86_64
 *
 * sandbox WAY [DIRECTORY]: allocates in `before`, locks itself in as WAY says, and
 * allocates in `inside` from ever new places.  The filters kill on whatever opens, maps
 * names, advises, starts or replaces processes.
 */
#include <errno.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED_ON(call)                                                                            \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1),                                         \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

static struct sock_filter filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    KILLED_ON(open),
    KILLED_ON(openat),
    KILLED_ON(execve),
    KILLED_ON(madvise),
    KILLED_ON(clone),
    KILLED_ON(clone3),
    KILLED_ON(vfork),
    KILLED_ON(unlink),
    KILLED_ON(gettid),
    KILLED_ON(getpid),
    KILLED_ON(rt_sigprocmask),
    KILLED_ON(getrandom),
    KILLED_ON(wait4),
    KILLED_ON(access),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static struct sock_fprog program = {sizeof filter / sizeof *filter, filter};

__attribute__((noinline)) static void before(void)
{
    void *volatile block = malloc(1000);
    (void)block;
}
static void *volatile sink;
__attribute__((noinline)) static void inside(unsigned path)
{
    if (path > 1)
        path % 2 ? inside(path / 2) : (inside(path / 2), (void)0);
    else
        sink = malloc(100);
    __asm__ volatile("" ::: "memory");
}
static void fail(const char *what)
{
    perror(what);
    exit(77);
}

static int is(const char *way, const char *name)
{
    return !strncmp(way, name, strlen(name)) &&
           (!way[strlen(name)] || !strcmp(way + strlen(name), "-late"));
}

static void lock_in(const char *way, const char *directory)
{
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (is(way, "strict") && prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
        fail(way);
    if (is(way, "prctl") && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        fail(way);
    if (is(way, "syscall") && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
        fail(way);
    if (is(way, "syscall-prctl") &&
        syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0)
        fail(way);
    if (is(way, "refused") &&
        (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) != -1 || errno != EFAULT))
        fail(way);
    if (is(way, "chroot") && (chroot(directory) != 0 || chdir("/") != 0))
        fail(way);
    if (is(way, "setuid") &&
        (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0 || chdir("/") != 0))
        fail(way);
    if (is(way, "unshare") && unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0)
        fail(way);
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "none";
    int status = 0;
    if (!strstr(way, "late"))
        for (int n = 0; n < 1000; n++)
            before();
    mallopt(M_MMAP_THRESHOLD, 1 << 30); /* so that later ones need no brk */
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    sink = malloc(1 << 20);
    free(sink);
    lock_in(way, argc > 2 ? argv[2] : ".");
    if (is(way, "unshare") && fork() != 0) {
        wait(&status);
        return WEXITSTATUS(status);
    }
    for (unsigned n = 0; n < 3000; n++)
        inside(n);
    if (write(1, "inside\n", 7) != 7)
        return 9;
    if (is(way, "strict"))
        syscall(SYS_exit, 5);
    return 5;
}
