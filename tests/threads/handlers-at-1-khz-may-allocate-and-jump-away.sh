# SPDX-License-Identifier: Apache-2.0
# slow: 10
# Four threads, SIGPROF a thousand times a second, handlers that allocate, free and leave by
# siglongjmp from the middle of an event of ours: no hang, no crash, and what comes
# afterwards is recorded as ever, in each thread.
. "$SRC/tests/lib.sh"
rounds=4000
[[ ! ${SOAK:-} ]] || rounds=10000
for stack in '' alternative; do
    for interval in 1 256; do
        is status 0 "$(MEMPROF_INTERVAL=$interval MEMPROF_SEED=3 MEMPROF_OUT=out.pb.gz \
            LD_PRELOAD="$SHIM $TARGETS/libsteps.so" status_of "$TARGETS/signals" $rounds $stack)"
        is output "done" "$(cat out)"
        read -r signals jumps <err
        echo "$signals signals and $jumps jumps at $interval $stack"
        [[ $jumps -ge 20 ]] || fail "only $jumps jumps"
        valid out.pb.gz
        counted out.pb.gz settled >sum
        read -r objects bytes _ <sum
        [[ $interval != 1 ]] || is "afterwards" "20000 1540000" "$objects $bytes"
        [[ $bytes -ge 1460000 && $bytes -le 1620000 ]] || fail "$bytes bytes afterwards at $interval"
    done
done
