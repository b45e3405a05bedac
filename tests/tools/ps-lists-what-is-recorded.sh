# SPDX-License-Identifier: Apache-2.0
# Exact numbers of each running process, the largest first; as a table, as JSON, by name and pid.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/told.inc"
export MEMPROF_COLLECTOR=none
# of FIELD PID: of what `ps --json` says.
of() {
    "$MEMPROF" ps --all --json "${@:3}" | /usr/bin/python3 -c '
import json, sys
shown = json.load(sys.stdin)
assert shown["schema"] == "memprof ps" and shown["version"] == 1
print(*(p[sys.argv[1]] for p in shown["processes"] if p["pid"] == int(sys.argv[2])))' "$1" "$2"
}
start_told
base=$(of live_bytes "$told")
tell keep 100 1000
tell drop
tell keep 10 500
is "live bytes" $((base + 5000 - 1)) "$(of live_bytes "$told")"
is "freed objects" 101 "$(of freed_objects "$told")"
is "allocated objects" 111 "$(of allocated_objects "$told")"
is "the peak is when all was kept" "{'bytes': $((base + 100000))," "$(of peak "$told" | cut -d' ' -f1,2)"
is "its error" 0.0 "$(of live_bytes_error "$told")"
is "its life" running "$(of life "$told")"
is "its name" "$told_name" "$(of program "$told")"
is "its command line" "./$told_name" "$(of command "$told" "$told_name")"
is "by its path" "$told" "$(of pid "$told" "$PWD/$told_name")"
is "by its pid" "$told" "$(of pid "$told" "$told")"
is "rings of its timeline" 7 "$("$MEMPROF" ps --json --timeline "$told" | grep -c '"step_s"')"
"$MEMPROF" ps "$told_name" >out
has out '^ *PID +PROGRAM +UP +INTERVAL +LIVE +OBJECTS +BYTES/S +OBJECTS/S +PEAK +PEAK AT +RSS +RSS MOST +SAMPLES +LOST +LAST EVENT$'
has out "^ *$told  $told_name +[0-9]+s +exact "
# Another one that holds more comes first, and is not shown for the name of this one.
cp "$TARGETS/ends" "larger-$$"
LD_PRELOAD=$SHIM MEMPROF_INTERVAL=1 "./larger-$$" wait >larger.out &
larger=$!
until_true grep -q ready larger.out
"$MEMPROF" ps >out
grep -E "^ *($told|$larger) " out | awk '{ print $1 }' >order
is "the order" "$larger $told" "$(paste -sd' ' order)"
"$MEMPROF" ps "$told_name" >out
lacks out "^ *$larger "
# Ended ones are shown where all are asked for, and by no other name.
kill -KILL $larger
wait $larger 2>/dev/null || true
"$MEMPROF" ps >out
lacks out "^ *$larger "
is "the life of one that was killed" ended "$(of life $larger)"
end_told
refused 1 "^memprof ps: none-$$: no recorded process has that name" "$MEMPROF" ps "none-$$"
refused 2 "^memprof ps: --timeline is printed with --json alone; try" "$MEMPROF" ps --timeline
refused 2 "^memprof ps: --stale: 'x' is not a time; try 60s" "$MEMPROF" ps --stale=x
"$MEMPROF" collect --all >/dev/null
# What a name has in it reaches no terminal, and JSON stays JSON.
mkdir d && cp "$TARGETS/ends" $'d/odd\e[31m\xff"name'
LD_PRELOAD=$SHIM MEMPROF_INTERVAL=1 $'./d/odd\e[31m\xff"name' wait >odd.out &
odd=$!
until_true grep -q ready odd.out
is "an odd name" 'odd?[31m?"name' "$(of program $odd)"
"$MEMPROF" ps $odd >out
lacks out $'\e'
kill $odd
wait $odd || true
"$MEMPROF" collect --all >/dev/null
# A script's comm is its own, its executable an interpreter's.
printf '#!/bin/bash\nread -r line\n' >"s$$-script" && chmod +x "s$$-script"
mkfifo script.in
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "./s$$-script" <script.in &
exec 5>script.in
until_true "$MEMPROF" ps "s$$-script"
echo >&5
wait $!
"$MEMPROF" collect --all >/dev/null
