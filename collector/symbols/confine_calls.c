/* SPDX-License-Identifier: Apache-2.0
 *
 * A filter in the kernel's own language: it loads the call's number and compares it
 * with each that is allowed.  libdw opens the .dwo files of split DWARF itself, by
 * path; that call is caught by a handler of SIGSYS, which answers in the kernel's
 * stead with a descriptor that it was given.
 */
#include "collector/symbols/confine_calls.h"
#include "arch_machine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define NUMBER         ((uint32_t)offsetof(struct seccomp_data, nr))
#define LOW(n)         ((uint32_t)offsetof(struct seccomp_data, args[n]))
#define LOAD(at)       BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (at))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))
/* Falls through to the next instruction where it is not `call`. */
#define ALLOW(call)                                                                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1), RETURN(SECCOMP_RET_ALLOW)
#define TRAP(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1), RETURN(SECCOMP_RET_TRAP)
/* Allowed where argument 2, the protection, has no PROT_EXEC. */
#define ALLOW_DATA(call)                                                                           \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 4), LOAD(LOW(2)),                          \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0), RETURN(SECCOMP_RET_ALLOW),          \
        RETURN(SECCOMP_RET_ERRNO | EPERM)

static struct sock_filter filter[] = {
    LOAD((uint32_t)offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH_AUDIT, 1, 0),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(NUMBER),
    /* What is open: files to read, and the socket to the collector. */
    ALLOW(read),
    ALLOW(pread64),
    ALLOW(write),
    ALLOW(recvmsg),
    ALLOW(lseek),
    ALLOW(fstat),
    ALLOW(close),
    /* Memory. */
    ALLOW(brk),
    ALLOW(munmap),
    ALLOW(mremap),
    ALLOW(madvise),
    ALLOW_DATA(mmap),
    ALLOW_DATA(mprotect),
    /* Time, locks, the handlers of SIGBUS and SIGSYS, and the end. */
    ALLOW(clock_gettime),
    ALLOW(gettimeofday),
    ALLOW(futex),
    ALLOW(rt_sigreturn),
    ALLOW(rt_sigaction),
    ALLOW(rt_sigprocmask),
    ALLOW(exit),
    ALLOW(exit_group),
    /* Answered by on_sigsys(). */
    TRAP(openat),
#ifdef __NR_open
    TRAP(open),
#endif
    TRAP(newfstatat),
    RETURN(SECCOMP_RET_ERRNO | EPERM),
};

static int (*open_for_us)(const char *path);

/* fstat() of some C libraries is newfstatat() of an empty path. */
static long answer_stat(const ucontext_t *context)
{
    const char *path = (const char *)(uintptr_t)ARCH_CALL_ARGUMENT_1(context);
    if (!path || *path)
        return -EPERM;
    return syscall(SYS_fstat, (int)ARCH_CALL_ARGUMENT_0(context),
                   (void *)(uintptr_t)ARCH_CALL_ARGUMENT_2(context)) == 0
               ? 0
               : -errno;
}

static long answer_open(const char *path)
{
    int fd = path && open_for_us ? open_for_us(path) : -1;
    return fd >= 0 ? fd : -ENOENT;
}

/* Runs inside the call that was caught, so whatever that call could use it can use. */
static void on_sigsys(int number, siginfo_t *info, void *data)
{
    ucontext_t *context = data;
    int saved = errno;
    (void)number;
    switch (info->si_syscall) {
    case __NR_newfstatat:
        ARCH_CALL_RESULT(context) = answer_stat(context);
        break;
    case __NR_openat:
        ARCH_CALL_RESULT(context) =
            answer_open((const char *)(uintptr_t)ARCH_CALL_ARGUMENT_1(context));
        break;
#ifdef __NR_open
    case __NR_open:
        ARCH_CALL_RESULT(context) =
            answer_open((const char *)(uintptr_t)ARCH_CALL_ARGUMENT_0(context));
        break;
#endif
    default:
        ARCH_CALL_RESULT(context) = -EPERM;
        break;
    }
    errno = saved;
}

bool confine_calls(void)
{
    struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
    struct sigaction action = {.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO};
    sigset_t caught;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSYS, &action, NULL);
    sigemptyset(&caught);
    sigaddset(&caught, SIGSYS);
    sigaddset(&caught, SIGBUS);
    sigprocmask(SIG_UNBLOCK, &caught, NULL);
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

void confine_calls_set_opener(int (*opener)(const char *path))
{
    open_for_us = opener;
}
