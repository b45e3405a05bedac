# SPDX-License-Identifier: Apache-2.0
# slow: 10
# The tmpfs of the states is full from the start, or gets full; the state's own maximum is
# small; the output's disk is full: the program is the same, the totals are all there, what
# has no site of its own is [other], and how much was lost is said.
. "$SRC/tests/lib.sh"
as_root to mount a tmpfs
export MEMPROF_INTERVAL=1
"$TARGETS/fills" 13 >plain
read -r objects bytes kept <plain
disk() {
    mkdir -p -m 700 "$1" && mount -t tmpfs -o size="$2",mode=700 none "$1" 2>/dev/null || skip "cannot mount a tmpfs"
    disks+=("$1")
}
disks=()
trap 'for d in "${disks[@]}"; do umount "$d"; done' EXIT
totals_in() {
    dump "$1" | awk '/ leaf@|\[other\]/ { a += $1; b += $2; c += $3; d += $4 } END { print a, b, c, d }'
}
n=0
for size in 4K 64K 256K 1M; do
    n=$((n + 1))
    disk "$PWD/disk.$n" $size
    is status 0 "$(MEMPROF_DIR=$PWD/disk.$n MEMPROF_OUT=out.pb.gz LD_PRELOAD=$SHIM status_of "$TARGETS/fills" 13)"
    diff plain out || fail "another output with $size"
    if [[ ! -e out.pb.gz ]]; then
        has err '^memprof: .*(No space left|no room).*nothing is recorded'
        is lines 1 "$(wc -l <err)"
        [[ $size != 1M ]] || fail "nothing with a whole megabyte"
        continue
    fi
    valid out.pb.gz
    is "totals with $size" "$objects $bytes $kept $((kept * 100))" "$(totals_in out.pb.gz)"
    meta out.pb.gz | grep '^comment' >comments
    [[ $size == 1M ]] || dump out.pb.gz | grep -q '\[other\]' || fail "nothing is [other] with $size"
    grep -q '\[other\]' <(dump out.pb.gz) && has comments 'lost|refused|room'
    rm -f out.pb.gz
    [[ -z $(ls disk.$n) ]] || fail "left" disk.$n/*
done
# The state's own maximum.
MEMPROF_STATE_MAX=1M MEMPROF_OUT=out.pb.gz profiled "$TARGETS/fills" 15 >out
read -r objects bytes kept <out
is "totals in a state of 1M" "$objects $bytes $kept $((kept * 100))" "$(totals_in out.pb.gz)"
dump out.pb.gz | grep -q '\[other\]' || fail "all fits into 1M"
# The default place: TMPDIR instead of a full /dev/shm.
if unshare -m true 2>/dev/null; then
    disk "$PWD/shm" 64K
    unshare -m sh -c 'mount --bind shm /dev/shm && exec env -u MEMPROF_DIR MEMPROF_COLLECTOR=none LD_PRELOAD="$SHIM" "$@"' sh \
        "$TARGETS/ends" exit || true
    is "states in a full place" "" "$(ls -A shm/*)"
    one "$TMPDIR"/memprof-*/ends.*.state >/dev/null
else
    part_skipped "no mount namespace for a full /dev/shm"
fi
# The output's disk.
disk "$PWD/full" 8K
dd if=/dev/zero of=full/fill bs=4096 count=2 2>/dev/null || true
is status 3 "$(MEMPROF_OUT=full/p.pb.gz LD_PRELOAD=$SHIM status_of "$TARGETS/ends" exit)"
is "lines said" 1 "$(wc -l <err)"
has err 'full.*No space left'
is "left there" fill "$(ls -A full)"
"$MEMPROF" collect -o out.pb.gz "$(one $(states))" >/dev/null 2>&1
is "collected elsewhere" "1000 1000000 1000 1000000" "$(counted out.pb.gz work)"
