# SPDX-License-Identifier: Apache-2.0
# Of all processes of a `memprof run`, and of all states of one owner in a `collect --all`, one
# process reads the symbols, though nothing is in a cache; the names are those that each state
# gets by itself.  Another owner's are read by another process.
. "$SRC/tests/lib.sh"
need strace
export MEMPROF_CACHE=off MEMPROF_INTERVAL=1
work() {
    local program
    for program in "$TARGETS"/{names,counts,looks,usable,limits}; do
        "$program" >/dev/null 2>&1 </dev/null || true
    done
    ls / >/dev/null
    head -c 1 /dev/zero >/dev/null
    od -c /dev/null >/dev/null
}
export -f work
# readers COMMAND...: how many processes took a filter of system calls, as a reader of symbols does.
readers() {
    strace -f -qq -e trace=prctl,seccomp -o trace "$@" >out 2>err || fail "$(cat err)"
    grep -cE 'PR_SET_SECCOMP, SECCOMP_MODE_FILTER|SECCOMP_SET_MODE_FILTER' trace || true
}
is "readers of symbols in a run" 1 "$(readers "$MEMPROF" run -o run/ -- bash -c work)"
(($(ls run | wc -l) > 4)) || fail "too few profiles for a run: $(ls run)"
valid run/*
MEMPROF_COLLECTOR=none LD_PRELOAD=$SHIM bash -c work
mkdir all
count=0
mkdir alone
for state in $(states); do
    "$COLLECT" --keep -o "alone/%e.%p.pb.gz" "$state" >/dev/null
    count=$((count + 1))
done
((count > 4)) || fail "too few states: $count"
cp -r "$MEMPROF_DIR" kept
is "readers of symbols in collect --all" 1 "$(readers "$MEMPROF" collect --all -o 'all/%e.%p.pb.gz')"
for profile in alone/*; do
    cmp <(dump "$profile") <(dump "all/${profile##*/}") || fail "other names in ${profile##*/}"
done
# As root, of two owners: each reader is its owner.
[[ $(id -u) == 0 ]] || skip_rest "two owners of states: needs root"
mkdir two && mv kept/*.state two/
owned=(two/*)
chown 12345:12345 "${owned[0]}" "${owned[2]}"
is "readers of symbols of two owners" 2 "$(readers "$MEMPROF" collect -o 'two.%e.%p.pb.gz' "${owned[@]}")"
