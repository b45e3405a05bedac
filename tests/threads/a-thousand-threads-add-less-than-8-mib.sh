# SPDX-License-Identifier: Apache-2.0
# What 1000 live threads need with us beyond what they need without us.
. "$SRC/tests/lib.sh"
for interval in 1 512K; do
    for count in 1 1000; do
        plain=$(MALLOC_ARENA_MAX=2 "$TARGETS/many_threads" $count)
        ours=$(MALLOC_ARENA_MAX=2 MEMPROF_INTERVAL=$interval MEMPROF_OUT=$count.pb.gz profiled "$TARGETS/many_threads" $count)
        added[$count]=$((ours - plain))
    done
    echo "added at $interval: ${added[1]} KiB with a thread, ${added[1000]} KiB with 1000"
    [[ $((added[1000] - added[1])) -le 8192 ]] || fail "$((added[1000] - added[1])) KiB for 1000 threads"
done
MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled "$TARGETS/many_threads" 1000 >/dev/null
valid out.pb.gz
is "blocks of one" "2000 128000 1000 64000" "$(counted out.pb.gz one)"
