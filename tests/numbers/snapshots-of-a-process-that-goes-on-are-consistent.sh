# SPDX-License-Identifier: Apache-2.0
# slow: 30
# Of sixteen threads at interval 1, and of redis-server under load: in each snapshot no site has
# freed more than it allocated, nothing that was allocated becomes less, and when the program
# rests the numbers are its own.  `make consistency` takes ten thousand of each.
. "$SRC/tests/lib.sh"
snapshots=${SNAPSHOTS:-300}
export MEMPROF_COLLECTOR=none
mkfifo in out
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "$TARGETS/pauses" 16 <in >out &
pid=$!
exec 3>in 4<out
read -r -u 4 ready
rests() {
    echo >&3
    read -r -u 4 own
    "$MEMPROF" dump -q -o rest.pb.gz $pid
    valid rest.pb.gz
    is "$1" "$own" "$(counted rest.pb.gz take)"
    echo >&3
}
rests "at the first rest"
"$B/tests/live/watches" $pid "$snapshots" || fail "the threads"
rests "after $snapshots snapshots"
exec 3>&- 4<&-
wait $pid
rm -f $(states)
part_needs redis-server redis-benchmark || exit 0
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM redis-server --port 0 --unixsocket "$PWD/socket" --save '' --dir "$PWD" </dev/null >log &
pid=$!
until_true redis-cli -s socket ping
while :; do redis-benchmark -s socket -n 100000 -c 8 -r 5000 -P 4 -q -t set,get,lpush,lpop,sadd,hset,zadd; done >/dev/null 2>&1 &
load=$!
"$B/tests/live/watches" $pid "$snapshots" || fail "redis-server"
kill $load
wait $load 2>/dev/null || true
until_true eval '[[ $(redis-cli -s socket client list | wc -l) == 1 ]]'
# When it rests, the sums over sites are the totals that are kept apart from them.
until_true eval '"$MEMPROF" dump -q -o rest.pb.gz $pid && [[ $(totals rest.pb.gz) == $("$MEMPROF" ps --json $pid | /usr/bin/python3 -c "
import json, sys
p = json.load(sys.stdin)[\"processes\"][0]
print(p[\"allocated_objects\"], p[\"allocated_bytes\"], p[\"live_objects\"], p[\"live_bytes\"])") ]]'
kill -KILL $pid
wait 2>/dev/null || true
rm -f $(states)
