/* SPDX-License-Identifier: Apache-2.0
 * build: -ldl -I.
 * machine: x86_64
 *
 * Preloaded behind libmemprof.so: of the calls FAIL_CALL that come from there, the FAIL_AT-th
 * fails with FAIL_ERRNO (FAIL_FOREVER=1: and all after it).  The file FAIL_MARK then exists.
 * What the shim asks of the kernel itself no function here can fail: a filter does, for the
 * system call instruction that ends at the address FAIL_SITE (FAIL_IN_SHIM=1: of the shim),
 * from FAIL_FROM on: the `start` or the `end`.
 */
#include "preload/base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static uintptr_t shim_bias, shim_from, shim_to;

static int find_shim(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    if (!strstr(info->dlpi_name, "/libmemprof.so"))
        return 0;
    shim_bias = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
            shim_from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            shim_to = shim_from + info->dlpi_phdr[i].p_memsz;
        }
    return 1;
}

/* Is this call the one? */
static int fails(const char *call, void *from)
{
    static const char *wanted;
    static long at, seen;
    if (shim_to == 0) {
        dl_iterate_phdr(find_shim, NULL);
        wanted = getenv("FAIL_CALL");
        at = getenv("FAIL_AT") ? atol(getenv("FAIL_AT")) : 0;
    }
    if (!wanted || (uintptr_t)from - shim_from >= shim_to - shim_from)
        return 0;
    if (strcmp(wanted, call) != 0)
        return 0;
    long n = __atomic_add_fetch(&seen, 1, __ATOMIC_RELAXED);
    if (n != at && !(n > at && getenv("FAIL_FOREVER")))
        return 0;
    long fd = syscall(SYS_openat, AT_FDCWD, getenv("FAIL_MARK"), O_CREAT | O_WRONLY, 0600);
    syscall(SYS_close, fd);
    errno = atoi(getenv("FAIL_ERRNO"));
    return 1;
}
#define FAIL(call, result)                                                                         \
    if (fails(call, __builtin_return_address(0)))                                                  \
    return result

void *mmap(void *address, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    FAIL("mmap", MAP_FAILED);
    return (void *)syscall(SYS_mmap, address, bytes, protection, flags, fd, offset);
}
int mprotect(void *address, size_t bytes, int protection)
{
    FAIL("mprotect", -1);
    return (int)syscall(SYS_mprotect, address, bytes, protection);
}
int madvise(void *address, size_t bytes, int advice)
{
    FAIL("madvise", -1);
    return (int)syscall(SYS_madvise, address, bytes, advice);
}
int open(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = va_arg(list, mode_t);
    va_end(list);
    FAIL("open", -1);
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
int mkdir(const char *path, mode_t mode)
{
    FAIL("mkdir", -1);
    return (int)syscall(SYS_mkdir, path, mode);
}
int ftruncate(int fd, off_t bytes)
{
    FAIL("ftruncate", -1);
    return (int)syscall(SYS_ftruncate, fd, bytes);
}
int access(const char *path, int mode)
{
    FAIL("access", -1);
    return (int)syscall(SYS_access, path, mode);
}
ssize_t getrandom(void *to, size_t bytes, unsigned flags)
{
    FAIL("getrandom", -1);
    return syscall(SYS_getrandom, to, bytes, flags);
}

/* Fails the system call that returns to `address`, for this process and what it executes, but
 * for those calls that cannot fail. */
static void fail_site(uintptr_t address)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpid, 10, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 9, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_gettid, 8, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_geteuid, 7, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 6, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 5, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)address, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(address >> 32), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)atoi(getenv("FAIL_ERRNO"))),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    SYS(prctl, PR_SET_NO_NEW_PRIVS, 1);
    if (SYS(seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
        abort();
}

/* The shim's constructor comes after ours, and its last handler of exit after our destructor. */
static void fail_sites_from(const char *moment)
{
    const char *site = getenv("FAIL_SITE"), *from = getenv("FAIL_FROM");
    if (!site || !from || strcmp(from, moment) != 0)
        return;
    dl_iterate_phdr(find_shim, NULL);
    uintptr_t address = strtoul(site, NULL, 16);
    fail_site(getenv("FAIL_IN_SHIM") ? shim_bias + address : address);
}
__attribute__((constructor)) static void fail_from_start(void)
{
    fail_sites_from("start");
}
__attribute__((destructor)) static void fail_from_end(void)
{
    fail_sites_from("end");
}
