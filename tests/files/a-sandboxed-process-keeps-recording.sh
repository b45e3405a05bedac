# SPDX-License-Identifier: Apache-2.0
# What a process does in its sandbox, where nothing can be mapped any more, is recorded as before:
# 3000 stacks that are new there, 200 000 blocks that are live at once, whole stacks of a main that
# allocated nothing before.  What was mapped for that is not resident, not even where all memory is
# locked; a second attempt maps nothing more.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
collected() {
    "$MEMPROF" inspect "$(one $(states))" >inspected
    lacks inspected '^ *(live table full|no \w.*|growth refused) +[1-9]'
    "$MEMPROF" collect -o out.pb.gz "$(one $(states))" >/dev/null 2>&1
    valid out.pb.gz
    lacks <(dump out.pb.gz) '\[other\]'
}
for way in strict prctl; do
    LD_PRELOAD=$SHIM "$TARGETS/sandbox" $way >out || true
    [[ -s out ]] || skip "no seccomp here"
    collected
    is "allocated in the sandbox, $way" "3000 300000" "$(counted out.pb.gz inside | cut -d' ' -f1,2)"
done
is status 5 "$(LD_PRELOAD=$SHIM status_of "$TARGETS/crowd" 200000)"
collected
is "live at once and freed" "200001 3200016 0 0" "$(counted out.pb.gz one_more)"
cat >first.c <<'C'
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>
static void *volatile sink;
__attribute__((noipa)) static void deep(int n)
{
    volatile char page[4096];
    page[0] = 0;
    n ? deep(n - 1) : (void)(sink = malloc(100));
    page[1] = 0;
}
int main(void)
{
    static struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {1, all};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    deep(30);
    _exit(0);
}
C
gcc -O1 first.c -o first
LD_PRELOAD=$SHIM ./first
collected
is "the first block of all" "1 100 1 100" "$(counted out.pb.gz deep)"
lacks <(dump out.pb.gz) truncated
cat >locked.c <<'C'
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
static long kilobytes(const char *what)
{
    static char text[8192];
    FILE *f = fopen("/proc/self/status", "r");
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
    return atol(strstr(text, what) + strlen(what));
}
int main(void)
{
    static struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {1, all};
    if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
        return 77;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    long resident = kilobytes("VmRSS:"), mapped = 0;
    for (int n = 0; n < 9; n++) {
        struct sock_fprog none = {0, NULL};
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, n == 8 ? &program : &none) != (n == 8 ? 0 : -1))
            return 77;
        if (n == 0)
            mapped = kilobytes("VmSize:");
    }
    printf("%ld %ld\n", kilobytes("VmRSS:") - resident, kilobytes("VmSize:") - mapped);
}
C
gcc locked.c -o locked
LD_PRELOAD=$SHIM ./locked >out || skip_rest "memory cannot be locked here"
read -r resident mapped <out
echo "$resident KiB more are resident, $mapped KiB were mapped later"
((resident < 8192)) || fail "the sandbox made $resident KiB resident"
((mapped < 1024)) || fail "a second attempt mapped $mapped KiB"
rm -f "$MEMPROF_DIR"/*
