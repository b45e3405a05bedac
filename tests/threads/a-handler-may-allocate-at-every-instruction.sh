# SPDX-License-Identifier: Apache-2.0
# slow: 10
# A program that single-steps itself: a signal handler allocates and frees at each
# instruction of malloc, calloc, realloc and free, on the same stack and on one of its own.
# No deadlock, no crash, no event mixed up with another, and sampling goes on.  What escapes
# is what it allocates in the instructions between the countdown's end and its repair.
. "$SRC/tests/lib.sh"
[[ $(uname -m) == x86_64 ]] || skip "steps by x86-64's trap flag"
for interval in 1 64 512K; do
    for every in 1 7; do
        for stack in '' alternative; do
            MEMPROF_INTERVAL=$interval MEMPROF_OUT=out.pb.gz LD_PRELOAD="$SHIM $TARGETS/libsteps.so" \
                "$TARGETS/steps" $every $stack >out 2>err
            handled=$(awk '{ print $1 }' err)
            [[ $handled -ge 100 ]] || fail "only $handled steps"
            read -r objects bytes < <(counted out.pb.gz afterwards | cut -d' ' -f1,2)
            [[ $interval == 512K || $((bytes / 1000)) =~ ^(4[789]|5[012])[0-9]$ ]] ||
                fail "$bytes bytes afterwards at $interval"
            [[ $interval == 1 ]] || continue
            valid out.pb.gz
            read -r objects bytes live live_bytes < <(counted out.pb.gz handler)
            dump out.pb.gz >dumped
            lacks dumped '(sites_|event_|reentry_|_slow|sampler_|unwind_|libmemprof)[a-z_+0-9]*@'
            is "bytes of the handler" $((objects * 24)) "$bytes"
            is "live of the handler" "1 24" "$live $live_bytes"
            [[ $objects -le $handled && $objects -ge $((handled - 32 * 8 / every)) ]] ||
                fail "$handled blocks of the handler at every $every, $objects counted"
            is "of the interrupted" "32 6 900" "$(counted out.pb.gz interrupted | cut -d' ' -f1,3,4)"
        done
    done
done
LD_PRELOAD=$TARGETS/libsteps.so "$TARGETS/steps" 1 >plain 2>err
diff plain out || fail "it sees something else"
# Wherever it interrupts us, a handler's stack is one stack: ours have no part in it.
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none LD_PRELOAD="$SHIM $TARGETS/libsteps.so" "$TARGETS/steps" 1 >out 2>err
sites=$("$MEMPROF" inspect "$(one $(states))" | awk '$1 == "sites" && $3 == "of" { print $2 }')
[[ $sites -le 2500 ]] || fail "$sites sites"
rm "$(one $(states))"
