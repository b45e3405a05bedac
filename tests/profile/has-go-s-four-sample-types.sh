# SPDX-License-Identifier: Apache-2.0
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/ends" || true
profile=$(profile_of ends)
for type in inuse_space inuse_objects alloc_space alloc_objects; do
    pprof -top -$type "$profile" 2>/dev/null >top
    has top "^Type: $type$"
    has top ' work$'
done
pprof -top "$profile" 2>/dev/null >top
has top '^Type: inuse_space$'
pprof -raw "$profile" >raw
is "sample types" "alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes[dflt]" \
    "$(grep -A1 '^Samples:' raw | tail -n 1)"
is "period" "PeriodType: space bytes" "$(grep ^PeriodType raw | sed 's/ *$//')"
is "period" "Period: 1" "$(grep ^Period: raw)"
