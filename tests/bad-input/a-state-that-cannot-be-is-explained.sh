# SPDX-License-Identifier: Apache-2.0
# Where no state can be, the program is the same and one line names the call, the file, the
# reason and what to try: another advice under seccomp, without descriptors, on a full disk.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
number() {
    echo "#include <sys/syscall.h>
SYS_$1" | gcc -E -P - | tail -n 1
}
need gcc
for call in mkdir ftruncate; do
    n=$(number $call)
    [[ $n =~ ^[0-9]+$ ]] || { echo "skipped: no system call $call" && continue; }
    [[ $call != mkdir ]] || rmdir "$MEMPROF_DIR"
    refused 5 "^memprof: cannot keep a state: $call $MEMPROF_DIR.*: Operation not permitted; nothing is recorded \(a seccomp filter is in force: it must allow .*$call" \
        "$TARGETS/filtered" $n "$SHIM" "$TARGETS/confined" none
    mkdir -p -m 700 "$MEMPROF_DIR"
done
refused 5 '^memprof: cannot keep a state: open a file in .*: Too many open files; nothing is recorded \(raise the limit on open files' profiled "$TARGETS/confined" nofile 0
: >file
MEMPROF_DIR=$PWD/file refused 5 "^memprof: cannot keep a state: use $PWD/file: Not a directory; nothing is recorded \(MEMPROF_DIR must" profiled "$TARGETS/confined" none
MEMPROF_DIR=$PWD/not/there refused 5 "^memprof: cannot keep a state: mkdir $PWD/not/there: No such file or directory; nothing" profiled "$TARGETS/confined" none
[[ -z $(states) ]] || fail "left" $(states)
