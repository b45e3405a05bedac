# SPDX-License-Identifier: Apache-2.0
# A gate looks at what it names, and only at that: the peak, own code and the rest, functions,
# modules, new sites; what is not known, is given twice or matches nothing is never a pass.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
mkdir base new
for run in 1 2 3; do
    profiled "$TARGETS/regress" 0 40 >/dev/null && mv "$(one $(profiles))" "base/$run.pb.gz"
    profiled "$TARGETS/regress" 1 48 >/dev/null && mv "$(one $(profiles))" "new/$run.pb.gz"
done
gates() { # STATUS ARGUMENT...
    local status=$1
    shift
    is "status of $*" "$status" "$(status_of "$MEMPROF" diff "$@")"
}
gates 0 --fail-on=peak:+20% base -- new
gates 1 --fail-on=peak:+19% base -- new # 40 033 bytes, 48 033
gates 1 --fail-on=peak:+7KiB base -- new
gates 0 --fail-on=peak:+8000 base -- new
# All of it is the program's own; with another idea of what is own, all of it is the rest.
gates 1 --fail-on=own:alloc_space:+3KiB base -- new
gates 0 --fail-on=rest:alloc_space:+0 base -- new
gates 0 --own=nothing --fail-on=own:alloc_space:+0 base -- new
gates 1 --own=nothing --fail-on=rest:alloc_space:+0 base -- new
# A function that allocates nothing itself is known; one that is nowhere is a mistake.
gates 0 --fail-on='@^parse_request$:alloc_objects:+0' base -- new
gates 2 --fail-on='@^parse_requests$:alloc_objects:+0' base -- new
has out 'cannot be judged: .*nothing in the profiles matches'
gates 2 --fail-on='module/^libregress:alloc_objects:+0' base -- new
gates 1 --fail-on='@^(copy|move):_?|copy_:alloc_objects:+99' base -- new
# Any that fails outweighs any that cannot be judged, in either order.
for order in "peak:+1 @nowhere:alloc_space:+0" "@nowhere:alloc_space:+0 peak:+1"; do
    gates 1 $(printf -- '--fail-on=%s ' $order) base -- new
done
gates 2 --fail-on=peak:+50% --fail-on=@nowhere:alloc_space:+0 base -- new
# Given twice it is one gate; two limits of one value are two.
gates 0 --fail-on=peak:+50% --fail-on=peak:+50% base -- new
is "gates that were judged" 1 "$(grep -c ^Gate out)"
gates 0 --fail-on=peak:+50% --fail-on=peak:+8000 base -- new
gates 2 --fail-on=allocs/op:+0 base -- new
has out 'not known how many operations'
# Copies of one run are one run, and the same program on both sides is no change.
cp new/1.pb.gz copy1.pb.gz && cp new/1.pb.gz copy2.pb.gz
gates 2 --fail-on=alloc_space:+50% base -- new/1.pb.gz copy1.pb.gz copy2.pb.gz
has out 'the same run'
gates 0 --fail-on=alloc_space:+0 --fail-on=peak:+0 base -- base
# Swapped, it shrank, which is said.
gates 0 --fail-on=alloc_space:+0 new -- base
gates 0 --fail-on=alloc_space:+0 --one-run new/3.pb.gz base/1.pb.gz
has err 'are the sides swapped'
# A side with another program among its runs is no side.
profiled "$TARGETS/names" >/dev/null && mv "$(one $(profiles))" new/other.pb.gz
gates 2 --fail-on=alloc_space:+99% base -- new
has err "profile of '(regress|names)'"
rm new/other.pb.gz
# Of sampled runs no gate takes what sampling does not tell.
export MEMPROF_INTERVAL=4096
for run in 1 2 3; do
    profiled "$TARGETS/regress" 1 48 >/dev/null && mv "$(one $(profiles))" "new/$run.pb.gz"
done
for gate in peak:+99% new-site:alloc_space:1M; do
    gates 2 --fail-on=$gate base -- new
    has out 'only exact runs'
done
gates 0 --fail-on=alloc_space:+900% base -- new
