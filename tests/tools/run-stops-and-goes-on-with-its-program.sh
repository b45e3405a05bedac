# SPDX-License-Identifier: Apache-2.0
# A program that job control stops stops `memprof run` too, so that the shell sees it; what
# lets run go on lets the program go on.
. "$SRC/tests/lib.sh"
# What the kernel says of a process: R, S, T, Z.
state_of() {
    sed 's/.*) //; s/ .*//' "/proc/$1/stat"
}
set -m # a group of its own, as a shell gives it: nobody stops an orphaned one
"$MEMPROF" run -q -i 1 -- "$TARGETS/ends" wait >out &
pid=$!
set +m
until_true grep -q ready out
child=$(cat "/proc/$pid/task/$pid/children")
child=${child% }
for signal in TSTP TTIN; do
    kill -s $signal "$child"
    until_true eval '[[ $(state_of "$pid") == T && $(state_of "$child") == T ]]'
    kill -s CONT "$pid" # run alone
    until_true eval '[[ $(state_of "$pid") != T && $(state_of "$child") != T ]]'
done
kill -s TERM "$pid"
status=0
wait "$pid" || status=$?
is status 143 $status
valid "$(profile_of ends)"
