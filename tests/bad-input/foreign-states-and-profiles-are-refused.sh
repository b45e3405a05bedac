# SPDX-License-Identifier: Apache-2.0
# Truncated, foreign, empty, missing: one line, status 2, the file stays as it was.
. "$SRC/tests/lib.sh"
MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1 profiled "$TARGETS/ends" || true
state=$(one $(states))
head -c 100 "$state" >short.state
head -c 5000 "$state" >cut.state
head -c 8192 /dev/urandom >random.state
: >empty.state
echo text >text.state
mkdir dir.state
sha256sum ./*.state 2>/dev/null >before || true
for file in short cut random empty text; do
    refused 2 "$file.state" "$MEMPROF" collect "$file.state"
    refused 2 "$file.state" "$MEMPROF" inspect "$file.state"
    refused 2 "$file.state" "$COLLECT" "$file.state"
done
refused 2 'missing.state' "$MEMPROF" collect missing.state
refused 2 'missing.state' "$MEMPROF" inspect missing.state
refused 2 '999999999' "$MEMPROF" collect 999999999
refused 2 "$$" "$MEMPROF" collect $$
sha256sum ./*.state 2>/dev/null >after || true
diff before after
MEMPROF_INTERVAL=1 MEMPROF_OUT=good.pb.gz profiled "$TARGETS/ends" || true
head -c 300 good.pb.gz >cut.pb.gz
gzip -dc good.pb.gz >whole.raw && head -c 500 whole.raw >cut.raw
for file in cut.pb.gz cut.raw random.state empty.state text.state missing.pb.gz; do
    refused 2 "$file" "$MEMPROF" top "$file"
done
refused 2 'file' "$MEMPROF" top
refused 2 'no_such_value' "$MEMPROF" top -s no_such_value good.pb.gz
[[ -z $(profiles) ]] || fail "left" $(profiles)
rm -f "$state"
