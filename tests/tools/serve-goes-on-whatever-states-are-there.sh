# SPDX-License-Identifier: Apache-2.0
# slow: 40
# States that others truncate, replace, overwrite or make swell, and symbol files that do, are where serve looks: it
# goes on, what it says of the others is right, and who reads them has bounds and is started anew when it dies of them.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
need jq
export MEMPROF_COLLECTOR=none
obeys_starts
obeyed "allocate 100"
good=$(one $(states))
/usr/bin/python3 - "$SRC/tests/security" "$MEMPROF_DIR" <<'PYTHON'
import os, sys
sys.path.insert(0, sys.argv[1])
from craft import *
place = sys.argv[2] + "/hostile.1."
PCS = [(1 << 32) + 16 * i for i in range(1, 2000)]

def bomb(name, sections):
    identity = elf(name + ".so", sections)
    State.of(f"{place}{name}.state", (os.path.abspath(name + ".so").encode(), dict(
        start=1 << 32, size=1 << 33, identity=identity)), PCS, cwd=os.getcwdb())

bomb("packed", [packed_section(section, 400 << 20) for section in (".debug_info", ".debug_abbrev", ".debug_line", ".debug_str")])
bomb("ranges", ranges_unit(500000, 1, 1 << 46))
State.deep(place + "deep.state")
PYTHON
for name in truncated replaced overwritten; do
    cp --sparse=always "$good" "$MEMPROF_DIR/hostile.1.$name.state"
done
# Somebody maps each, and so counts as a process that is recorded.
cat >maps.py <<'PYTHON'
import mmap, sys
with open(sys.argv[1], "r+b") as file:
    memory = mmap.mmap(file.fileno(), 0)
print("ready", flush=True)
sys.stdin.read()
PYTHON
mkfifo in
exec 5<>in
declare -A holder
for name in packed ranges deep truncated replaced overwritten; do
    /usr/bin/python3 maps.py "$MEMPROF_DIR/hostile.1.$name.state" <in >$name.ready &
    holder[$name]=$!
    until_true grep -q ready $name.ready
done
serve_starts --memory=16M
# others_are_served WHEN: what is said of the good one is right, alone and among all.
others_are_served() {
    answers 200 "/$PID/debug/pprof/heap"
    is "what the good one holds, $1" "100 100000 100 100000" "$(counted body grow)"
    answers 200 /metrics
    has body "^memprof_inuse_objects\{pid=\"$PID\".*\} [0-9]+$"
    answers 200 /json
    is "the good one in JSON, $1" 1 "$(jq "[.processes[] | select(.pid == $PID)] | length" body)"
}
# harmless NAME STATUS [PROFILE]: it is asked for while the others are; what cannot be is a line.  After a change of
# the state another profile is asked for: serve gives an answer again for a tenth of a second.
harmless() {
    local asked got profile=${3:-heap}
    BODY=$1.body fetched "/${holder[$1]}/debug/pprof/$profile" >$1.status &
    asked=$!
    others_are_served "while $1 is read"
    wait $asked
    got=$(cat $1.status)
    echo "$profile of $1: $got $([[ $got == 200 ]] || cat $1.body)"
    [[ $got =~ ^($2)$ ]] || fail "status of $profile of $1: $got"
    [[ $got == 200 ]] || is "lines about $1" 1 "$(wc -l <$1.body)"
}
others_are_served "at first"
for worker in $(pgrep -P $SERVE); do
    has /proc/$worker/limits '^Max data size +16777216 '
    has /proc/$worker/oom_score_adj '^1000$'
done
harmless truncated 200
truncate -s 8192 "$MEMPROF_DIR/hostile.1.truncated.state"
harmless truncated 500 allocs
has truncated.body ': the file was truncated while it was read'
cp "$MEMPROF_DIR/hostile.1.packed.state" other && mv other "$MEMPROF_DIR/hostile.1.replaced.state"
harmless replaced 200
for n in 0 1 2; do
    profiles=(heap allocs peak)
    dd if=/dev/urandom of="$MEMPROF_DIR/hostile.1.overwritten.state" bs=4096 seek=$((n * n * n)) count=$((n + 1)) conv=notrunc status=none
    harmless overwritten '200|500|502' ${profiles[n]}
done
harmless packed 200
harmless ranges 200
harmless deep '500|502' peak
harmless deep '500|502'
has deep.body 'memory|another one was started'
# One that is killed in the middle of it costs who waits for it an answer, and nobody else.
before=$(pgrep -P $SERVE)
kill -KILL $before
until_true eval '[[ $(pgrep -P $SERVE | grep -cvxF "$before") == 3 ]]'
others_are_served "by new workers"
serve_ends
# With room for it the large one is read.
serve_starts "${holder[deep]}"
answers 200 /debug/pprof/heap
gzip -t body
serve_ends
exec 5>&-
kill "${holder[@]}"
wait "${holder[@]}" 2>/dev/null || true
exec {OBEYS[1]}>&-
wait $PID
rm -f "$MEMPROF_DIR"/*.state
