# SPDX-License-Identifier: Apache-2.0
# A profile carries what was in use over time, the host and, when asked for, the command line, which pprof and top do not
# print; a sum has no time. A state that was left is read like a profile, and stays. Damaged times are as if they were
# not there.
. "$SRC/tests/lib.sh"
. "$SRC/tests/report/report.inc"
. "$SRC/tests/tools/serve.inc"
about() { sed -n 's/.*<script type="application\/json" id="about">\(.*\)<\/script>$/\1/p' "$1"; }
obeys_starts
has_points() { obeyed "allocate 500" && obeyed "free 500" && "$MEMPROF" inspect $PID >state && grep -q "every .* points" state; }
until_true has_points
MEMPROF_ARGUMENTS=1 "$MEMPROF" dump -o dumped.pb.gz $PID
"$MEMPROF" dump -o secret.pb.gz $PID
kill -9 $PID
wait $PID || true
state=$(one "$MEMPROF_DIR"/*)
reported -o state.html "$state"
has <(about state.html) '"process":false,"wholeTimeline":true'
has state.html '<dt>until</dt>'
has state.html '^memprof collect --keep -o app.pb.gz '
"$MEMPROF" top "$state" >top || fail "top does not take a state"
has state.html '<dt>Command line</dt><dd>[^<]*obeys'
MEMPROF_ARGUMENTS=0 "$MEMPROF" report -o closed.html "$state" 2>err
lacks closed.html 'Command line'
MEMPROF_ARGUMENTS=1 "$MEMPROF" collect -o run.pb.gz "$state" >out
valid run.pb.gz
for name in run dumped; do
    has <(/usr/bin/python3 "$SRC/tests/pprof.py" meta $name.pb.gz) '#memprof: timeline 1 [0-9]'
    reported $name.pb.gz
    has <(about $name.html) '"wholeTimeline":true'
    has $name.html "<dt>Host</dt><dd>$(uname -n)</dd>"
    has $name.html '<dt>Command line</dt><dd>[^<]*obeys'
    lacks $name.html 'It says</dt><dd>#'
done
lacks <("$MEMPROF" top run.pb.gz) 'timeline|#memprof'
reported secret.pb.gz
lacks secret.html 'Command line'
"$MEMPROF" merge -o sum.pb.gz run.pb.gz dumped.pb.gz >out
reported sum.pb.gz
has <(about sum.html) '"wholeTimeline":false'
lacks sum.html '<dt>(Host|Command line)</dt>'
for damage in '2 1,1,1,1' '1 1,1,1' '1 x' '1 5,1,1,1 -1,1,1,1' '1 1,-1,1,1' '1 1,99999999999999999999,1,1' '1 '; do
    made odd $HEAP "comment=#memprof: timeline $damage" <<<'3,300,2,200 keep;main'
    reported odd.pb.gz
    has <(about odd.html) '"wholeTimeline":false'
done
