# SPDX-License-Identifier: Apache-2.0
# slow: 30
# The collector with its n-th call failing, for every n at first, then for ever fewer: it gives a valid
# profile, or status 2, one line, the state as it was and no temporary file.
. "$SRC/tests/lib.sh"
MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1 profiled "$TARGETS/ends" exit || true
state=$(one $(states))
cp "$state" copy.state
tries=0
declare -A calls=([open]=60 [map]=60 [read]=60 [write]=6 [rename]=2 [memory]=1500)
for what in open map read write rename memory; do
    step=1 at=1
    while :; do
        rm -f out.pb.gz
        cp copy.state "$state"
        status=0
        FAIL_WHAT=$what FAIL_AT=$at LD_PRELOAD=$TARGETS/libfails.so "$MEMPROF" collect -o out.pb.gz "$state" >out 2>err || status=$?
        tries=$((tries + 1))
        # RE2 ends the process where it gets no memory: abseil's allocator (Debian 13) says so, and what
        # Debian 12's asks for without an exception it uses without a look.  Only what is said of the
        # profile needs RE2, and the profile has been written by then.
        if [[ $status == 139 && $what == memory ]] || { [[ $status == 134 ]] && grep -q '^\[low_level_alloc' err; }; then
            [[ -e out.pb.gz ]] || fail "$what $at: no profile"
            status=0
        fi
        is "left by $what $at" "copy.state err out$([[ $status == 0 ]] && echo ' out.pb.gz')" "$(echo *)"
        case $status in
        0) [[ ! -e $state ]] || cmp copy.state "$state" || fail "$what $at: collected, and the state is not as it was" ;; # it may count as live
        2)
            cmp copy.state "$state" || fail "$what $at: the state is not as it was"
            [[ $what == write || $(wc -l <err) == 1 ]] || fail "$what $at says $(cat err)"
            ;;
        *) fail "$what $at: status $status, $(cat err)" ;;
        esac
        [[ $status != 0 ]] || mv out.pb.gz "$TMPDIR/$what.$at.pb.gz"
        [[ $at -ge ${calls[$what]} ]] && break
        [[ $at -ge 24 ]] && step=$((at / 8))
        at=$((at + step))
    done
done
valid "$TMPDIR"/*.pb.gz
echo "$tries tries"
rm -f "$state"
