# SPDX-License-Identifier: Apache-2.0
# Two containers, each with a process number 1, share a directory of states; and a pid that
# was used before belongs to a living process now: each state is its own process's, and
# what lives is left alone.
. "$SRC/tests/lib.sh"
as_root pid namespaces
unshare -p -f true 2>/dev/null || skip "no pid namespaces"
export MEMPROF_INTERVAL=1
# Both are number 1; one has ended, one waits.
for way in exit wait; do
    unshare -p -f --kill-child env LD_PRELOAD="$SHIM" MEMPROF_COLLECTOR=none "$TARGETS/ends" $way >$way.out &
    container=$!
done
until_true grep -q ready wait.out
until_true eval '[[ $(states | wc -w) == 2 ]]'
until_true eval '[[ $(grep -lsF "$MEMPROF_DIR/ends.1." /proc/[0-9]*/maps | wc -l) == 1 ]]'
is "states of number 1" 2 "$(ls "$MEMPROF_DIR"/ends.1.*.state | wc -l)"
"$MEMPROF" collect --all -o exit.pb.gz >/dev/null 2>&1
is "of the dead" "1000 1000000" "$(counted exit.pb.gz work | cut -d' ' -f1,2)"
[[ $(ls ./*.pb.gz) == ./exit.pb.gz ]] || fail "the living one was collected as if it were dead"
one $(states) >/dev/null
kill -KILL $container
wait $container 2>/dev/null || true
until_true eval '! grep -qsF "$MEMPROF_DIR/ends.1." /proc/[0-9]*/maps'
"$MEMPROF" collect --all -o wait.pb.gz >/dev/null 2>&1
valid wait.pb.gz
[[ -z $(states) ]] || fail "left" $(states)
# The same pid twice, in a namespace of its own, where the next pid can be chosen.
cat >reuse <<'SH'
echo 99 >/proc/sys/kernel/ns_last_pid || exit 77
LD_PRELOAD=$SHIM "$TARGETS/ends" kill &
wait
echo 99 >/proc/sys/kernel/ns_last_pid
LD_PRELOAD=$SHIM "$TARGETS/ends" wait >second.out &
second=$!
until grep -q ready second.out; do sleep 0.02; done
echo "$second $(ls "$MEMPROF_DIR"/ends.100.*.state | wc -l)"
"$MEMPROF" collect -o second.pb.gz $second >&2
"$MEMPROF" collect -o first.pb.gz --all >&2
kill -KILL $second
SH
unshare -p -f --mount-proc bash reuse >out 2>err || skip_rest "cannot choose a pid: $(tail -n 1 err)"
is "pid and its states" "100 2" "$(cat out)"
for profile in first second; do
    valid $profile.pb.gz
    is "$profile" "1000 1000000" "$(counted $profile.pb.gz work | cut -d' ' -f1,2)"
done
is "states of the one that lived" 1 "$(states | wc -w)"
rm -f $(states)
