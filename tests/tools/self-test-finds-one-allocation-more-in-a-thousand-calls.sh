# SPDX-License-Identifier: Apache-2.0
# slow: 12
# The program against itself holds, with one allocation more per thousand calls it fails and the
# call site is named; where that cannot be told it is not said, and nothing is left behind.
. "$SRC/tests/lib.sh"
self_test() { # STATUS ARGUMENT...
    local status=$1
    shift
    is "status of --self-test $*" "$status" "$(status_of "$MEMPROF" diff --self-test "$@")"
}
self_test 0 -- "$TARGETS/regress" 0 40
has out '^More: 3 allocations of 48 bytes, one in 1000 calls, in copy_text \(regress\.c:[0-9]+\)\.$'
has out ' holds: change 0 exact'
has out ' fails: change \+3 exact'
has out '^  The call site is number 1 of 1 that changed\.$'
has out ': 0 false alarms, 0 could not be judged; found 200 times \(100 %\)\.$'
has out '^Passed'
self_test 0 --runs=3 -- "$TARGETS/makes" 2999
has out '^More: 2 allocations of 48 bytes, one in 1000 calls, in make_thing'
# Any program: stripped, without a PLT, with function pointers in wrappers.
strip -o stripped "$TARGETS/regress"
self_test 0 --runs=3 -- ./stripped 0 0
if part_needs perl; then
    self_test 0 --runs=3 -- perl -e 'for (1 .. 9000) { $kept{$_} = [$_] }'
fi
# Gates that are given are tried, too; one that no change could pass is a false alarm's opposite.
self_test 0 --runs=3 --fail-on=peak:+1% --fail-on=own:alloc_space:+0 -- "$TARGETS/regress" 0 40
is "gates that hold, and that are tried in halves: all, and the peak again" "4 3" "$(grep -c '^  Gate .* holds: change' out) $(grep -c '^  Gate .*: 0 false alarms' out)"
has out 'own:alloc_space:\+0 fails: change \+144B exact'
# Where chance is larger than three allocations, or samples tell too little, that is the answer.
self_test 2 --runs=3 -- "$TARGETS/allocates" 3000 noise
has out '^Cannot tell'
self_test 2 --runs=3 --interval=4K -- "$TARGETS/regress" 0 40
has out '^Cannot tell'
for bad in '' '--' "-- $TARGETS/ends" "-- $TARGETS/nothing" '-- ./none' "base -- $TARGETS/regress" "--runs=2 -- $TARGETS/regress" \
    "--interval=0 -- $TARGETS/regress" "--fail-on=x -- $TARGETS/regress 0 0" "--ratchet=x -- $TARGETS/regress"; do
    self_test 2 $bad
    [[ -s err ]] || fail "nothing is said of --self-test $bad"
done
is "left in the directory for temporary files" '' "$(ls "$TMPDIR")"
# Without its library there is no self-test.
mkdir elsewhere && cp "$MEMPROF" "$SHIM" "$B"/memprof-{end,symbols,collect} elsewhere
MEMPROF=$PWD/elsewhere/memprof self_test 2 -- "$TARGETS/regress"
has err 'libmemprof-self-test.so: not found'
