# SPDX-License-Identifier: Apache-2.0
# slow: 10
# Seccomp strict, and filters that kill on every system call we could need, set by prctl, by
# syscall and by libseccomp; chroot, setuid to nobody, new namespaces: same, and a profile,
# or a state that gives it; what could not be recorded is counted in it.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
# after WAY: the profile, now or by `memprof collect`, has what came before; inside what fit.
after() {
    local file
    [[ $(profiles) ]] || "$MEMPROF" collect --all >/dev/null 2>&1
    for file in $(profiles); do
        valid "$file"
        dump "$file" >dumped
        [[ $(sums before <dumped | cut -d' ' -f1,2) == "1000 1000000" ]] || continue
        read -r objects _ < <(awk '/ inside@|\[other\]/ { n += $1 } END { print n + 0 }' dumped)
        echo "$1: $objects inside"
        return 0
    done
    fail "no profile after $1"
}
for way in none refused strict prctl syscall syscall-prctl; do
    rm -f memprof.*
    AT="1 64K 512K" same_with_and_without "$TARGETS/sandbox" $way
    rm -f memprof.* "$MEMPROF_DIR"/*
    profiled "$TARGETS/sandbox" $way >/dev/null || true
    # Where there is no sandbox in the end, there is room for every place, and a collector.
    [[ $way != none && $way != refused ]] || lacks <(dump "$(profile_of sandbox)") '\[other\]'
    after $way
    is "allocations inside $way" 3000 $objects
    [[ -z $(states) ]] || fail "left" $(states)
done
is status 5 "$(status_of "$MEMPROF" run -- "$TARGETS/sandbox" prctl)"
has err 'memprof\.sandbox\.'
if echo '#include <seccomp.h>' | gcc -E - >/dev/null 2>&1; then
    cat >own.c <<'C'
#include <seccomp.h>
#include <stdlib.h>
#include <unistd.h>
int main(void)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_KILL_PROCESS);
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(write), 0);
    seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(exit_group), 0);
    if (seccomp_load(context) != 0)
        return 77;
    for (int n = 0; n < 100; n++) {
        void *volatile block = malloc(100);
        free(block);
    }
    return write(1, "inside\n", 7) == 7 ? 5 : 9;
}
C
    gcc own.c -o own -lseccomp
    same_with_and_without ./own
    is status 5 "$(status_of ./own)"
else
    part_skipped "libseccomp's header is not installed"
fi
rm -f memprof.* "$MEMPROF_DIR"/*
