# SPDX-License-Identifier: Apache-2.0
# Of a script's children each program has a row, the sum of its processes, and all have one; the
# profiles of a program's processes are added up, and its peak is the largest of one of them.
. "$SRC/tests/lib.sh"
need jq sqlite3
cat >script <<'SCRIPT'
for n in 3 3000 30; do echo "[$(seq -s, $n)]" | jq -c length; done
echo "create table t(a, b); insert into t values(1, 2); select a + b from t;" | sqlite3
SCRIPT
"$MEMPROF" stat -n 3 --program=jq -o kept -- bash script >out
is "the program's own output" 24 "$(grep -cE '^(3|3000|30)$' out)"
has out '^  PROGRAM +PROCESSES +ALLOCS +BYTES +PEAK +LIVE AT EXIT$'
has out '^  jq +3 +[0-9]+ +[0-9.]+ MB '
has out '^  sqlite3 +1 +[0-9]+ '
has out '^  What has no \+- is exact \(3 of 3\)'
sum() { # COLUMN
    awk -v column="$1" '$1 == "sum" { sum = $column } /^  (jq|sqlite3|bash|seq) / { parts += $column } END { print sum - parts }' out
}
is "processes beside the sum" 0 "$(sum 2)"
is "allocations beside the sum" 0 "$(sum 3)"
valid kept/run-*/*.pb.gz
one kept/run-1/jq.pb.gz >/dev/null
is "jq's allocations in its profile" "$(awk '$1 == "jq" { print $3 }' out)" "$(totals kept/run-1/jq.pb.gz | cut -d' ' -f1)"
# The second of the three has the most in use.
MEMPROF_PEAK=1 MEMPROF_INTERVAL=1 MEMPROF_OUT=alone.pb.gz profiled jq -c length <<<"[$(seq -s, 3000)]" >/dev/null
is "the peak" "$(totals alone.peak.pb.gz | cut -d' ' -f4)" \
    "$(jq '.runs[0].programs[] | select(.program == "jq").peak_space' kept/stat.json)"
is "the peak's profile" "$(totals alone.peak.pb.gz | cut -d' ' -f3,4)" "$(totals kept/run-2/jq.peak.pb.gz | cut -d' ' -f3,4)"
# The main program is the one that was named, for diff too.
is "the profiles of diff" "jq.pb.gz jq.pb.gz jq.pb.gz" \
    "$("$MEMPROF" diff --format=json kept kept | jq -r '[.base.runs[].file | split("/")[-1]] | join(" ")')"
is "status with another program" 2 "$(status_of "$MEMPROF" stat -n 1 --program=sed -o other -- bash script)"
has err "no process of a program 'sed'"
