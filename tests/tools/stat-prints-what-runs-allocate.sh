# SPDX-License-Identifier: Apache-2.0
# The values are those of the profiles that are kept, those of an operation are their quotient, and
# what is the same in all runs is said to be exact.
. "$SRC/tests/lib.sh"
need jq
"$MEMPROF" stat --ops=1000 -o kept -- "$TARGETS/regress" 0 40 >out
row() { # NAME REGEX: the row of the table
    has out "^  $1  +$2$"
}
row allocs '4000  exact \(5 of 5\)'
row bytes '135\.74 kB  exact \(5 of 5\)'
row peak '39\.06 kB  exact \(5 of 5\)'
row 'live at exit' '39\.06 kB  exact \(5 of 5\)'
row allocs/op '4  exact \(5 of 5\)'
row B/op '139  exact \(5 of 5\)'
row 'CPU time' '[0-9.]+ [mu]?s  .* to .*'
row slowdown '[0-9.]+x  .* to .*'
is "what is kept" "run-1 run-2 run-3 run-4 run-5 stat.json" "$(ls -A kept | paste -sd' ')"
valid kept/run-*/*.pb.gz
for run in kept/run-*; do
    is "totals of $run" "4000 139000 1000 40000" "$(totals "$run/regress.pb.gz")"
    is "peak of $run" "1000 40000" "$(totals "$run/regress.peak.pb.gz" | cut -d' ' -f3,4)"
done
is "runs, by turns" "true false false true true false false true true false" \
    "$(jq -r '[.runs[].profiled | tostring] | join(" ")' kept/stat.json)"
is "build id" "$(go tool pprof -comments kept/run-1/regress.pb.gz 2>/dev/null | sed -n 's/^memprof: build_id //p')" \
    "$(jq -r .executable.build_id kept/stat.json)"
is "argv" "$TARGETS/regress 0 40" "$(jq -r '.argv | join(" ")' kept/stat.json)"
is "environment" "1 no" "$(SECRET=x MEMPROF_INTERVAL=64K "$MEMPROF" stat -n 1 -o env -- ls >/dev/null &&
    jq -r '.environment | "\(.MEMPROF_INTERVAL) \(if has("SECRET") then "secret" else "no" end)"' env/stat.json)"
# Shown again it is the same, for programs too.
"$MEMPROF" stat --show=kept >again
diff <(grep -v '^$' out) <(grep -v '^$' again) || fail "it shows something else"
"$MEMPROF" stat --json --show=kept >report.json
is "as JSON" "4000 true 5 0.139" "$(jq -r '(.values[] | select(.value == "alloc_objects").new |
    "\(.median) \(.exact) \(.runs)"), (.values[] | select(.value == "B/op").new.median / 1000)' report.json | paste -sd' ')"
is "the record in it" "$(jq -S . kept/stat.json)" "$(jq -S .record report.json)"
# What is not the same is told with its range; with six runs with an interval.
"$MEMPROF" stat -n 6 --plain=0 -o noisy -- "$TARGETS/regress" 0 0 noise >out
if ! grep -q '^  allocs .*exact' out; then
    row allocs '3[0-9.]+  \+- [0-9.]+ % \(3[0-9]+ to 3[0-9]+\)'
fi
has out '^  CPU, recorded  '
lacks out 'slowdown|CPU time'
# Sampled, it says that it estimates.
"$MEMPROF" stat -n 2 -i 4K --seed=7 -o sampled -- "$TARGETS/regress" 0 40 >out
has out 'sampled every 4.00 kB: estimates'
has out 'the same seed'
is "the seed" '"7" 4096' "$(jq -c .seed sampled/stat.json) $(jq .interval sampled/stat.json)"
# What threads have in use at once varies, and how often they allocate does not.
"$MEMPROF" stat -n 4 --plain=0 -o threads -- "$TARGETS/threads" >out
row allocs '[0-9]+  exact \(4 of 4\)'
is "peaks below what is live at the end" 0 \
    "$(jq '[.runs[].programs[] | select(.peak_space < .inuse_space)] | length' threads/stat.json)"
# On a terminal a line says how far it is, when it takes more than a second.
cat >terminal.py <<'PYTHON'
import os, pty, sys
said = b""
def read(fd):
    global said
    data = os.read(fd, 1024)
    said += data
    return data
os.close(0)
os.open("/dev/null", os.O_RDONLY)
status = pty.spawn(sys.argv[1:], read)
sys.exit(0 if status == 0 and b"memprof stat: run 2 of 2" in said else 1)
PYTHON
/usr/bin/python3 terminal.py "$MEMPROF" stat -n 1 -o slow -- sleep 1.1 >out || fail "no progress"
"$MEMPROF" stat -n 1 -o slow -- sleep 1.1 2>err >/dev/null
is "said where there is no terminal" "" "$(cat err)"
