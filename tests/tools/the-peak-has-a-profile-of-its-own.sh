# SPDX-License-Identifier: Apache-2.0
# With MEMPROF_PEAK, or --peak of run and collect, a second profile is written beside the first:
# what was in use when that was the most.  It takes the place of an older one of its name as the
# first does, and 'memprof top DIRECTORY' does not add it up.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
# beside PROFILE: the peak's, if it says what it should.
beside() {
    local peak=${1/.pb.gz/.peak.pb.gz}
    valid "$1" "$peak"
    is "held at the end" "10 10000" "$(counted "$1" rest | cut -d' ' -f3,4)"
    is "grown at the end" "0 0" "$(counted "$1" grow | cut -d' ' -f3,4)"
    go tool pprof -comments "$peak" >comments 2>/dev/null
    has comments '^memprof: view peak'
    is "held at the peak" "0 0" "$(counted "$peak" rest | cut -d' ' -f3,4)"
    is "grown at the peak" "1000 1000000" "$(counted "$peak" grow | cut -d' ' -f3,4)"
}
MEMPROF_PEAK=1 profiled "$TARGETS/peaks"
beside "$(one memprof.peaks.*[0-9].pb.gz)"
MEMPROF_PEAK=1 MEMPROF_OUT=%e.pb.gz profiled "$TARGETS/peaks"
MEMPROF_PEAK=1 MEMPROF_OUT=%e.pb.gz profiled "$TARGETS/peaks"
beside peaks.pb.gz
is "names of two runs" "peaks.pb.gz peaks.peak.pb.gz" "$(echo peaks*)"
"$MEMPROF" run -q --peak -o run/ -- "$TARGETS/peaks"
beside "$(one run/*[0-9].pb.gz)"
"$MEMPROF" top --per-file run/ >top
lacks top '\.peak\.pb'
mkfifo end
LD_PRELOAD=$SHIM "$TARGETS/peaks" wait <end >out &
pid=$!
exec 3>end
until_true grep -q ready out
"$MEMPROF" collect --peak -o live.pb.gz $pid >collected
has collected '^live.peak.pb.gz: at the peak, live '
beside live.pb.gz
kill -KILL $pid
wait $pid || true
"$MEMPROF" collect --peak -o dead.pb.gz "$(one $(states))" >/dev/null
beside dead.pb.gz
[[ -z $(states) ]] || fail "left" $(states)
# Without the option there is none; what the state says does not count for who collects.
MEMPROF_PEAK=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/peaks"
"$MEMPROF" collect -o plain.pb.gz "$(one $(states))" >/dev/null
[[ ! -e plain.peak.pb.gz ]] || fail "a peak that nobody asked for"
# Of a sampled run it is the highest of estimates; that is said, and not of an exact one.
lacks collected 'sampled'
MEMPROF_INTERVAL=64K MEMPROF_COLLECTOR=none profiled "$TARGETS/peaks"
"$MEMPROF" inspect "$(one $(states))" >inspected
has inspected '^  high by up to [0-9]+ bytes, as the highest of estimates'
"$MEMPROF" collect --peak -o sampled.pb.gz "$(one $(states))" >collected
has collected '^sampled.peak.pb.gz: at the peak, live .* \(sampled: high by up to [0-9.]+ [kM]B\)$'
# A file of somebody's own is not replaced.
echo mine >taken.peak.pb.gz
MEMPROF_PEAK=1 MEMPROF_OUT=taken.pb.gz profiled "$TARGETS/peaks"
is "a file of one's own" mine "$(cat taken.peak.pb.gz)"
rm "$(one $(states))"
