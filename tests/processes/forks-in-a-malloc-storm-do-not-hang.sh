# SPDX-License-Identifier: Apache-2.0
# slow: 15
# A process with threads that allocate forks: no child hangs, ends otherwise, or counts
# what its parent has.  SOAK=1: 1000 rounds.
. "$SRC/tests/lib.sh"
rounds=20
[[ ! ${SOAK:-} ]] || rounds=1000
AT=64K same_with_and_without "$TARGETS/fork_storm" $((rounds * 3))
rm -f memprof.*
is status 0 "$(MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none status_of profiled "$TARGETS/fork_storm" $rounds)"
is messages "" "$(cat out err)"
"$MEMPROF" collect --all >/dev/null 2>&1
files=(memprof.fork_storm.*.pb.gz*)
is profiles $((rounds + 1)) ${#files[@]}
[[ -z $(states) ]] || fail "left" $(states)
valid "${files[@]}"
parents=0
for file in "${files[@]}"; do
    dump "$file" >dumped
    if [[ $(sums in_parent <dumped) == "50 250 0 0" ]]; then
        parents=$((parents + 1))
        is "of the children in the parent" "0 0 0 0" "$(sums in_child <dumped)"
        is "live in the storm" "0 0" "$(sums storm <dumped | cut -d' ' -f3,4)"
    else
        is "of a child" "10 1000 5 500 in_child" "$(awk '{ sub("@.*", "", $6); print $1, $2, $3, $4, $6 }' dumped)"
    fi
done
is "parents" 1 $parents
