# SPDX-License-Identifier: Apache-2.0
# slow: 30
# A handler that forks, by a signal at each system call of the first sample, in the thread that
# makes the state or in another one: two processes, two states, both right.
. "$SRC/tests/lib.sh"
[[ $(uname -m) == x86_64 ]] || skip "knows the registers of x86-64 alone"
# No small block is sampled, so that a thread comes before the state.
export MEMPROF_INTERVAL=64K MEMPROF_SEED=1 MEMPROF_COLLECTOR=none MEMPROF_OUT=%p.pb.gz
for who in main threaded other; do
    is "status of $who" 0 "$(status_of "$TARGETS/fork_steps" $who "$SHIM")"
    echo "$who: $(cat out)"
    lacks out 'status|ended'
    steps=$(sed -n 's/ steps//p' out)
    [[ $steps -gt 30 ]] || fail "only $steps steps"
    grep -E '^[0-9]+ [0-9]+$' err >pids
    is "runs of $who" "$steps" "$(wc -l <pids)"
    rm "$(one "$MEMPROF_DIR"/*."$(sed -n 's/killed //p' out)".*.state)"
    is "states of $who" $((2 * steps)) "$(states | wc -w)"
    while read -r parent child; do
        taken=()
        for pid in $parent $child; do
            "$MEMPROF" inspect "$(one "$MEMPROF_DIR"/*.$pid.*.state)" >inspected
            has inspected "^  pid +$pid "
            every inspected '^  (live table full|no |growth)' ' 0$'
            taken+=("$(sed -n 's/^  taken *//p' inspected)")
        done
        is "samples of the parent, $who $parent" 10 "${taken[0]}"
        [[ ${taken[1]} -ge 10 && ${taken[1]} -le 20 ]] || fail "the child of $who $parent has ${taken[1]} samples"
    done <pids
    read -r parent child < <(tail -n 1 pids)
    for pid in $parent $child; do
        "$COLLECT" "$MEMPROF_DIR"/*.$pid.*.state >/dev/null 2>&1
    done
    is "of the parent, $who" "10 700000 0 0" "$(counted $parent.pb.gz in_parent | cut -d' ' -f1,2) $(counted $parent.pb.gz in_child | cut -d' ' -f1,2)"
    is "of the child, $who" "10 800000" "$(counted $child.pb.gz in_child | cut -d' ' -f1,2)"
    rm -f "$MEMPROF_DIR"/*
done
