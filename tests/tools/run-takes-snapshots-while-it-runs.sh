# SPDX-License-Identifier: Apache-2.0
# With --every each process has numbered snapshots, of which the last --keep stay; no number is below
# that of the one before, and a directory of profiles is read without them.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/told.inc"
last() { compgen -G "profiles/*.$1.snapshot.pb.gz"; }
mkfifo to from
"$MEMPROF" run -q -i 1 --every=1s --keep=2 -o profiles/ -- "$TARGETS/told" <to >from &
run=$!
exec 3>to 4<from
tell keep 10 100
pid=$answer
tell child 5 1000
child=${answer% *}
until_true last 0002
tell keep 10 100
until_true last 0004
until_true eval '[[ -z $(last 0001)$(last 0002) ]]'
exec 3>&- 4<&-
wait $run
for of in "$pid" "$child"; do
    files=(profiles/memprof.told."$of".*.snapshot.pb.gz)
    ((${#files[@]} > 0 && ${#files[@]} <= 2)) || fail "snapshots of $of:" "${files[@]}"
    valid "${files[@]}"
done
is "of the child" "5 5000 5 5000" "$(counted "${files[0]}" keep)"
is "at the end" "20 2000 20 2000" "$(counted "profiles/memprof.told.$pid.pb.gz" keep)"
"$MEMPROF" top --per-file profiles/ >top
lacks top snapshot
# Names without a pid: the first process has the name, others theirs with the pid in it.
"$MEMPROF" run -q -i 1 --every=1s --keep=1 -o named.pb.gz -- "$TARGETS/told" <to >from &
run=$!
exec 3>to 4<from
tell keep 1 1
tell child 1 1
child=${answer% *}
until_true test -e "named.$child.0002.snapshot.pb.gz"
until_true test -e named.0002.snapshot.pb.gz
exec 3>&- 4<&-
wait $run
refused 2 "^memprof run: --keep says how many snapshots stay, and needs --every; try" "$MEMPROF" run --keep=1 true
refused 2 "^memprof run: --every: '0' is not a time from 1 s to a year; try 60s" "$MEMPROF" run --every=0 true
