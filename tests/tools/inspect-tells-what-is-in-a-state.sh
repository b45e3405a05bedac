# SPDX-License-Identifier: Apache-2.0
. "$SRC/tests/lib.sh"
MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1 MEMPROF_SEED=77 MEMPROF_DEPTH=99 profiled "$TARGETS/threads" >/dev/null
state=$(one $(states))
"$MEMPROF" inspect "$state" >text
for word in 'interval.*\b1\b' 'seed.*77' 'depth.*99' 'unwinder.*cfi' 'threads.*\b9\b' 'lost' 'sites' 'modules' 'shards' 'nodes' \
    "$TARGETS/threads" 'libc\.so\.6'; do
    has text "$word"
done
LD_PRELOAD=$SHIM "$TARGETS/ends" wait >out &
pid=$!
until_true grep -q ready out
"$MEMPROF" inspect $pid >text
has text "pid.*$pid"
kill -KILL $pid
rm -f "$MEMPROF_DIR"/*
