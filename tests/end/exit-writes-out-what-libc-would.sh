# SPDX-License-Identifier: Apache-2.0
# exit writes pending output and puts back what was read of a file and not used; _exit does
# neither, and a line is there once; output comes first, and what was pushed back is not input.
# A FILE that another thread holds is left to libc, with the state.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
# The other program of `pipe` may write when this one has ended.
settle() {
    [[ $way != pipe ]] || until [[ -s out ]]; do sleep 0.01; done
}
# Since glibc 2.41 exit itself waits for every FILE's lock, without us, too.
held=getline
timeout 10 "$TARGETS/last_moments" locked >/dev/null || [[ $? != 124 ]] || held=
[[ $held ]] || part_skipped "this libc's exit waits for a FILE that another thread holds"
for way in stdout wide child pipe abandons $held two; do
    is "status of plain $way" 5 "$(status_of "$TARGETS/last_moments" $way)"
    settle
    mv out plain.out
    for round in 1 2 3; do
        rm -f memprof.*
        is "status of $way" 5 "$(status_of profiled "$TARGETS/last_moments" $way)"
        settle
        diff plain.out out || fail "another output of $way"
        is "messages of $way" "" "$(cat err)"
        dump memprof.last_moments.*.pb.gz | grep -q '^1000 1000000 1000 1000000 bytes=1024bytes work@'
    done
done
# To a pipe, whose reader sees the end.
{ profiled "$TARGETS/last_moments" stdout || true; } | cat >out
is "through a pipe" "a line without its end" "$(cat out)"
rm -f memprof.*
# What is read on is what was not used.
printf 'first\nsecond\nthird\n' >lines
(profiled "$TARGETS/last_moments" reads || true
    cat) <lines >out
diff lines out || fail "another program does not read on there"
valid "$(profile_of last_moments)"
rm -f memprof.*
for way in pushes unbuffered; do
    ("$TARGETS/last_moments" $way || true
        cat) <lines >plain.out
    (profiled "$TARGETS/last_moments" $way || true
        cat) <lines >out
    diff plain.out out || fail "another program does not read on where $way left it"
    valid "$(profile_of last_moments)"
    rm -f memprof.*
done
[[ $held ]] || exit 0
is "status with a FILE held" 5 "$(status_of profiled "$TARGETS/last_moments" locked)"
is "output of a FILE held" "a line without its end" "$(cat out)"
has err 'memprof: the state is kept in .*, because another thread holds a file .* .memprof collect'
[[ -z $(profiles) ]] || fail "a profile although libc had to write"
"$MEMPROF" collect --all >/dev/null 2>&1
valid "$(profile_of last_moments)"
