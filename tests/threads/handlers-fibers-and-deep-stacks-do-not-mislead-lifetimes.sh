# SPDX-License-Identifier: Apache-2.0
# What a signal handler, a fiber or a recursion past the depth does is counted where it can be
# followed, and does not change what is known of the functions around it.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_LIFETIMES=1 MEMPROF_COLLECTOR=none
profiled "$TARGETS/lives" local 20 handler 20
[[ $(lives "$(one $(states))" 34) == *"followed 20"*"ended at 0:20"* ]] || fail "in a handler: $(lives "$(states)" 34)"
is "blocks around handlers" 40 "$(lives "$(states)" 24 | grep -oE 'ended at 0:[0-9]+' | awk -F: '{ sum += $2 } END { print sum }')"
rm "$(states)"
profiled "$TARGETS/lives" fiber 50 deep 20 local 10
[[ $(lives "$(one $(states))" 32) == *"followed 0"* ]] || fail "on a fiber: $(lives "$(states)" 32)"
[[ $(lives "$(states)" 33) == *"followed 0"*"age 0:20"* ]] || fail "deep: $(lives "$(states)" 33)"
is "blocks around fibers" 60 "$(lives "$(states)" 24 | grep -oE 'ended at 0:[0-9]+' | awk -F: '{ sum += $2 } END { print sum }')"
rm "$(states)"
