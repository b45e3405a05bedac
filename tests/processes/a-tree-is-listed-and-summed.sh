# SPDX-License-Identifier: Apache-2.0
# A master and the children that it forked, and those of a shell in between: below each other in
# `ps --tree`, and one sum in `dump --tree`.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/told.inc"
export MEMPROF_COLLECTOR=none
start_told
tell keep 4 1000
for size in 100 200 300; do
    tell child 10 $size
done
"$MEMPROF" ps --tree "$told_name" >out
has out "^ *$told  $told_name "
is "children below it" 3 "$(grep -cE "^ *[0-9]+    $told_name " out)"
has out "^$told and the 3 that descend from it: live .* objects$"
valid <("$MEMPROF" dump "$told")
"$MEMPROF" dump --tree -o tree.pb.gz "$told" >said
has said "pid $told and 3 more\), allocated "
valid tree.pb.gz
# The children begin with nothing: what they hold is what they kept themselves.
is "the sum" "35 10001 35 10001" "$(counted tree.pb.gz keep)"
is "of it alone" "5 4001 5 4001" "$("$MEMPROF" dump -q -o one.pb.gz "$told" && counted one.pb.gz keep)"
"$MEMPROF" ps --tree --json "$told_name" >json
/usr/bin/python3 - "$told" <<'PYTHON'
import json, sys
rows = json.load(open("json"))["processes"]
master = next(row for row in rows if row["pid"] == int(sys.argv[1]))
assert master["tree_bytes"] == sum(row["live_bytes"] for row in rows), rows
assert [row["depth"] for row in rows] == [0, 1, 1, 1], rows
assert all(row["parent"] == master["pid"] for row in rows[1:])
PYTHON
# What changes in a while, of all of them: a child that comes meanwhile is new.
# Told too late on a busy machine, it is told again in more time.
for ((seconds = 1, late = 1; late; seconds *= 2)); do
    began=$EPOCHREALTIME
    env --default-signal=INT "$MEMPROF" dump --tree --seconds=$seconds -o delta.pb.gz "$told" >said &
    dump=$!
    until_true grep -qE '^SigCgt:.*[0-9a-f]{12}40[0-9a-f]3$' /proc/$dump/status
    tell child 7 50
    late=$((10#${EPOCHREALTIME/./} - 10#${began/./} > 1000000 * seconds))
    wait $dump
done
valid delta.pb.gz
is "what is new" "7 350 7 350" "$(counted delta.pb.gz keep)"
end_told
# Past a shell that is not recorded.
LD_PRELOAD=$SHIM MEMPROF_INTERVAL=1 bash -c 'env -u LD_PRELOAD bash -c "LD_PRELOAD=$SHIM \"$TARGETS/ends\" wait; :"; :' >out &
until_true grep -q ready out
"$MEMPROF" ps --tree --json >json
/usr/bin/python3 - >inner <<'PYTHON'
import json, os
rows = {row["pid"]: row for row in json.load(open("json"))["processes"] if row["state"].startswith(os.environ["MEMPROF_DIR"])}
inner = next(row for row in rows.values() if row["program"] == "ends")
assert inner["depth"] == 1, rows
print(inner["pid"])
PYTHON
kill "$(cat inner)"
wait
rm -f $(states)
