# SPDX-License-Identifier: Apache-2.0
# --max-samples=N: never more than N, the largest as they were, all bytes still there and
# the folded ones visible; pprof sums them under the callers.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
profiled "$TARGETS/many_sites" 900
profiled "$TARGETS/sites" >/dev/null
state=$(one "$MEMPROF_DIR"/many_sites.*.state) small=$(one "$MEMPROF_DIR"/sites.*.state)
samples() {
    dump "$1" | wc -l
}
"$MEMPROF" collect --keep -o full.pb.gz "$state" >/dev/null
[[ $(samples full.pb.gz) -ge 900 ]] || fail "only $(samples full.pb.gz) samples"
for most in 1 2 50 700; do
    "$MEMPROF" collect --keep --max-samples=$most -o $most.pb.gz "$state" >/dev/null
    "$COLLECT" --keep --max-samples=$most -o other.pb.gz "$state" >/dev/null
    cmp <(dump $most.pb.gz) <(dump other.pb.gz) || fail "the two commands differ at $most"
    valid $most.pb.gz
    [[ $(samples $most.pb.gz) -le $most ]] || fail "$(samples $most.pb.gz) samples at $most"
    is "totals at $most" "$(totals full.pb.gz)" "$(totals $most.pb.gz)"
    pprof -top -nodecount=0 -sample_index=alloc_space $most.pb.gz 2>/dev/null >top
    has top ' \[folded\]$'
    pprof -comments $most.pb.gz 2>/dev/null >comments
    has comments '^memprof: [0-9]+ of 90[0-9] samples are folded into [0-9]+ named \[folded\]$'
done
pprof -traces -sample_index=alloc_space 50.pb.gz 2>/dev/null >traces
has <(grep -A 1 ' \[folded\]$' traces) ' (next|one|zero)$'
# The 11 sites of many bytes stay what they are; what fits is the same.
"$MEMPROF" collect --keep -o full.pb.gz "$small" >/dev/null
"$MEMPROF" collect --keep --max-samples=12 -o folded.pb.gz "$small" >/dev/null
is "site_32m" "$(counted full.pb.gz site_32m)" "$(counted folded.pb.gz site_32m)"
[[ $(dump folded.pb.gz | grep -vc '\[folded\]') -ge 9 ]] || fail "more is folded than need be"
"$MEMPROF" collect --keep --max-samples="$(samples full.pb.gz)" -o same.pb.gz "$small" >/dev/null
cmp <(dump full.pb.gz) <(dump same.pb.gz) || fail "folded although it fits"
cmp <(meta full.pb.gz) <(meta same.pb.gz) || fail "another head although it fits"
for bad in 0 -1 abc '' 12x 99999999999999999999; do
    refused 2 'max-samples' "$MEMPROF" collect --keep --max-samples="$bad" "$small"
    refused 2 'max-samples' "$COLLECT" --keep --max-samples="$bad" "$small"
done
rm -f "$MEMPROF_DIR"/*
