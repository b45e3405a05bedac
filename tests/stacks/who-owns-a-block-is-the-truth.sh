# SPDX-License-Identifier: Apache-2.0
# slow: 15
# A program that keeps its true activations says of each free which call of those that ran when the
# block was allocated is the innermost that still runs.  Hardly ever is it given to one that has ended
# (an advice would be wrong), and seldom to one further out (an advice would be missed).
. "$SRC/tests/lib.sh"
[[ $(uname -m) == x86_64 ]] || skip "activations are told apart on x86-64"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
# judged PROGRAM N: the numbers of a run that follows one of N windows.
judged() {
    MEMPROF_LIFETIMES=$2 LD_PRELOAD=$B/tests/truth/libmemprof.so "$B/tests/truth/$1" 600 2>said >out || fail "$1: status $?"
    has said '^truth: [0-9]+ [0-9]+ [0-9]+$'
    sed -n 's/^truth: //p' said
}
for program in lives-O0 lives-O2; do
    for windows in 1 8; do
        read -r equal deeper shallower < <(judged $program $windows)
        echo "$program, one of $windows windows: $equal right, $deeper too deep, $shallower too far out"
        total=$((equal + deeper + shallower))
        [[ $total -gt $((100000 / windows / 2)) ]] || fail "only $total frees were judged"
        [[ $((deeper * 1000)) -le $total ]] || fail "more than one in a thousand is too deep"
        seldom=50
        [[ $program != lives-O2 ]] || seldom=1000 # functions that end by a jump are there alone
        [[ $((shallower * seldom)) -le $total ]] || fail "more than one in $seldom is too far out"
    done
done
rm -f "$MEMPROF_DIR"/*.state
