# SPDX-License-Identifier: Apache-2.0
# slow: 10
# Small address space from the start or later, all memory locked, no overcommit: the program
# is the same, and is recorded or told why not; what is resident is what is used.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz
recorded() {
    if [[ ! -e out.pb.gz ]]; then
        "$MEMPROF" collect --all >/dev/null 2>&1 || true
    fi
    if [[ ! -e out.pb.gz ]]; then
        has err '^memprof: .*nothing is recorded'
    else
        valid out.pb.gz
        is "counted by $1" "$2" "$(dump out.pb.gz | awk '/ work@| limits[+]0x/ { n += $1; m += $3 } END { print n + 0, m + 0 }')"
        rm out.pb.gz
    fi
}
enough=
for space in 8000 8200 8400 12000 20000 40000 80000 200000; do
    limited() {
        (ulimit -v $space && exec "$@")
    }
    "$MEMPROF" --version >/dev/null
    plain=$(status_of limited "$TARGETS/limits" none)
    mv out plain
    is "status with $space KiB" "$plain" "$(LD_PRELOAD=$SHIM status_of limited "$TARGETS/limits" none)"
    diff plain out || fail "another output with $space KiB"
    # In less than 12 MB our two may be what the program has not: who has no block has none counted.
    read -r stay freed <<<"$(sed -n 's/^refused //p' err)"
    [[ $space -lt 12000 || $((stay + freed)) == 0 ]] || fail "it was refused blocks in $space KiB"
    [[ $((stay + freed)) != 0 ]] || enough=${enough:-$space}
    recorded "$space KiB" "$((5000 - stay - freed)) $((2500 - stay))"
done
# How blocks live is recorded in little more: what is mapped for it is not missed by the program's malloc.
for windows in 1 8; do
    (ulimit -v $((enough + 200)) && MEMPROF_LIFETIMES=$windows profiled "$TARGETS/limits" none >/dev/null 2>&1) || is status 3 $?
    MEMPROF_OUT=out.pb.gz "$MEMPROF" collect --all >/dev/null 2>&1 || true
    recorded "$((enough + 200)) KiB with lifetimes" "5000 2500"
done
rm -f ./*.lifetimes.gz
# What is left is the program's: of 80 MB it gets 40.
limited() {
    (ulimit -v 80000 && exec "$@")
}
MEMPROF_INTERVAL=512K LD_PRELOAD=$SHIM status_of limited "$TARGETS/hog" 40 >status
is "40 MiB of 80 MB" "0 enough" "$(cat status) $(cat out)"
rm -f out.pb.gz "$MEMPROF_DIR"/*
for way in space early-space lock early-lock; do
    # Address space that is there already counts against the limit of who has one.
    [[ $way != early-lock || $(id -u) == 0 ]] || {
        part_skipped "$way is no limit for who is not root"
        continue
    }
    plain=$(status_of "$TARGETS/limits" $way)
    mv out plain && mv err plain.err
    is "status of $way" "$plain" "$(LD_PRELOAD=$SHIM status_of "$TARGETS/limits" $way)"
    diff plain out || fail "another output of $way"
    if [[ $way == *lock && $(head -n 1 out) == 0 ]]; then
        resident=$(sed -n 's/^resident //p' err) before=$(sed -n 's/^resident //p' plain.err)
        [[ $((resident - before)) -le 8 ]] || fail "$way: $((resident - before)) MiB more are resident"
    fi
    recorded $way "$([[ $way == early* ]] && echo 10000 5000 || echo 5000 2500)"
done
# Without overcommit all of us counts: little more than the program alone.
accounted() {
    awk '/^Size:/ { size = $2 } /^VmFlags:/ { if (/ ac/ && !/ nr/) sum += size } END { print sum }' "/proc/$1/smaps"
}
sum=()
for ours in '' "$SHIM"; do
    rm -f ready
    LD_PRELOAD=$ours "$TARGETS/ends" wait >ready &
    pid=$!
    until_true grep -q ready ready
    sum[${#sum[@]}]=$(accounted $pid)
    kill -KILL $pid
    wait $pid 2>/dev/null || true
done
echo "accounted: ${sum[0]} KiB plain, ${sum[1]} KiB with us"
[[ $((sum[1] - sum[0])) -le 16384 ]] || fail "we commit $((sum[1] - sum[0])) KiB"
rm -f "$MEMPROF_DIR"/*
