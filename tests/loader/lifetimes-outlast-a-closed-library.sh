# SPDX-License-Identifier: Apache-2.0
# A library comes and goes at the same address: its blocks, and those in between, have their owners.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_LIFETIMES=1 MEMPROF_COLLECTOR=none
profiled "$TARGETS/lives" "$TARGETS/liblives.so" 50
for size in 40 24; do
    [[ $(lives "$(one $(states))" $size) == *"ended at 0:50"* ]] || fail "blocks of $size bytes: $(lives "$(states)" $size)"
done
rm "$(states)"
