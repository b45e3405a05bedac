# SPDX-License-Identifier: Apache-2.0
# TERM and HUP go to the program; INT from the terminal ends the program, not the profile.
. "$SRC/tests/lib.sh"
for signal in TERM:143 HUP:129; do
    rm -f memprof.* out
    "$MEMPROF" run -q -i 1 -- "$TARGETS/ends" wait >out &
    pid=$!
    until_true grep -q ready out
    kill -s ${signal%:*} $pid
    status=0
    wait $pid || status=$?
    is "status after ${signal%:*}" ${signal#*:} $status
    valid "$(profile_of ends)"
    [[ -z $(states) ]] || fail "left" $(states)
done
# A terminal's INT goes to the whole foreground group, run and program.
rm -f memprof.* out
set -m
"$MEMPROF" run -q -i 1 -- "$TARGETS/ends" wait >out &
pid=$!
set +m
until_true grep -q ready out
kill -s INT -- -$pid
status=0
wait $pid || status=$?
is "status after INT" 130 $status
valid "$(profile_of ends)"
# The program has the dispositions that run was given.
trap '' USR1
env --ignore-signal=CHLD "$MEMPROF" run -q -i 1 -- "$TARGETS/looks" >looks.ours
env --ignore-signal=CHLD "$TARGETS/looks" >looks.plain
trap - USR1
grep -q ^signal looks.plain || fail "an ignored signal does not show"
is signals "$(grep ^signal looks.plain)" "$(grep ^signal looks.ours)"
is descriptors "$(grep ^fd looks.plain)" "$(grep ^fd looks.ours)"
