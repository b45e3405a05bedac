# SPDX-License-Identifier: Apache-2.0
# /metrics, /json and the index have what memprof ps has; names that would be markup or break a label do not.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
need promtool jq
odd=$'ev"il\\ <b>\n'
cp "$TARGETS/obeys" "./$odd"
TARGETS=$PWD
ln -s "$odd" obeys
obeys_starts
obeyed "allocate 1000" # so many events write points of the timeline
obeyed "free 400"
serve_starts
answers 200 /metrics
has head '^Content-Type: text/plain; version=0.0.4'
promtool check metrics <body >lint 2>&1 || fail "$(cat lint)"
[[ ! -s lint ]] || fail "$(cat lint)"
value() { awk -v name="$1" 'index($0, name "{pid=\"'$PID'\"") == 1 { print $NF }' body; }
is "in use" 600000 "$(value memprof_inuse_bytes)"
is "objects" 600 "$(value memprof_inuse_objects)"
is "allocated" "1000000 1000" "$(value memprof_allocated_bytes_total) $(value memprof_allocated_objects_total)"
is "freed" "400000 400" "$(value memprof_freed_bytes_total) $(value memprof_freed_objects_total)"
is "peak" 1000000 "$(value memprof_peak_bytes)"
is "error" "1 0" "$(value memprof_interval_bytes) $(value memprof_inuse_error_bytes)"
is "info" 1 "$(value memprof_info)"
has body "^memprof_info\{pid=\"$PID\",.*build_id=\"[0-9a-f]{40}\""
has body "^memprof_lost_events_total\{pid=\"$PID\",.*reason=\"site\"\} 0$"
for metric in resident_bytes held_bytes state_bytes last_event_age_seconds start_time_seconds samples_total; do
    [[ $(value memprof_$metric) =~ ^[0-9.e+-]+$ ]] || fail "no memprof_$metric"
done
answers 200 /json
is "in use, as JSON" 600000 "$(jq ".processes[] | select(.pid == $PID) | .live_bytes" body)"
is "rings" 7 "$(jq ".processes[] | select(.pid == $PID) | .timeline | length" body)"
answers 200 /
has body "<a href=\"/$PID/debug/pprof/heap\">"
has body '<svg role="img"'
lacks body '<b>'
serve_ends
