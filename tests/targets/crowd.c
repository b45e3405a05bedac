/* SPDX-License-Identifier: Apache-2.0
 *
 * crowd N: from inside a sandbox, where nothing can grow, N blocks of 16 bytes that are live
 * together, and then freed.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define KILLED_ON(call)                                                                            \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1),                                         \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

static struct sock_filter filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    KILLED_ON(mmap),
    KILLED_ON(mprotect),
    KILLED_ON(madvise),
    KILLED_ON(brk),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static struct sock_fprog program = {sizeof filter / sizeof *filter, filter};

static void *volatile sink;

__attribute__((noinline)) static void *one_more(void)
{
    return malloc(16);
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? (size_t)atoi(argv[1]) : 20000;
    void **blocks = calloc(count, sizeof *blocks);
    free(one_more()); /* its site is known before */
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    sink = malloc(count * 64); /* so that the small ones need no brk */
    free(sink);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!blocks || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return 77;
    for (size_t n = 0; n < count; n++)
        blocks[n] = one_more();
    for (size_t n = 0; n < count; n++)
        free(blocks[n]);
    return 5;
}
