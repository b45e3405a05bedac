# SPDX-License-Identifier: Apache-2.0
# slow: 60
# Our unwinder against libunwind, on every allocation of real programs.  A difference
# that is libunwind's fault has a line in unwinders-agree.differences, which says why.
. "$SRC/tests/lib.sh"
need_libunwind
export MEMPROF_INTERVAL=1 MEMPROF_UNWIND=diff MEMPROF_COLLECTOR=none MEMPROF_STATE_MAX=1G
seq 3000 | awk '{ print "{\"n\":" $1 ",\"a\":[1,2,{\"b\":\"c\"}]}" }' >rows.json
{ echo '<l>'; seq 3000 | sed 's,.*,<e id="&">v<f/></e>,'; echo '</l>'; } >rows.xml
echo 'SELECT 1;' >rows.sql
seq 2000 | sed "s/.*/CREATE TABLE IF NOT EXISTS t(a,b); INSERT INTO t VALUES(&,'v &');/" >>rows.sql
printf '#include <string>\nint f(std::string s) { return (s + "a").size(); }\n' >small.cc
git init -q repo && seq 200 >repo/file
try() {
    part_needs "$1" || return 0
    LD_PRELOAD=$SHIM "$@" >/dev/null 2>&1 </dev/null || true
}
try sqlite3 base.db '.read rows.sql' 'SELECT count(*) FROM t a JOIN t b ON a.a < b.a WHERE a.b > b.b'
try /usr/bin/python3 -c 'import json, re; [json.dumps({"a": [n] * 9}) for n in range(3000)]'
try jq -c 'select(.n % 7 == 0)' rows.json
try xmllint --format rows.xml
try perl -e 'my %h; push @{$h{$_ % 97}}, "x" x ($_ % 50) for 1 .. 5000; print join ",", sort keys %h'
try bash -c 'for ((n = 0; n < 2000; n++)); do a[n]="item $n"; done; echo "${a[*]}" | sort'
(cd repo && try git -c user.name=a -c user.email=b add file)
try git -C repo status
try awk 'BEGIN { while (n++ < 3000) a[n % 97] = a[n % 97] substr("text", n % 4) n; for (n in a) print a[n] }'
try sed -n 's/\(.\)e/\1&/gp' rows.xml
try g++ -O1 -c small.cc -o small.o
try "$TARGETS/names" "$TARGETS/libplugin_one.so"
try "$TARGETS/opens" "$TARGETS/libthrows.so"
programs=0 bad=0
for state in $(states); do
    "$MEMPROF" inspect "$state" >text
    # "stacks that differ     0 of 111012"
    read -r different stacks <<<"$(sed -nE 's/.*stacks that differ +([0-9]+) of ([0-9]+).*/\1 \2/p' text)"
    name=$(basename "$state" | sed 's/\..*//')
    [[ $stacks -gt 0 ]] || fail "no stack of $name was compared"
    echo "$name: $stacks stacks, $different different"
    [[ $stacks -gt 100 ]] && programs=$((programs + 1))
    [[ $different == 0 ]] && continue
    known=$(awk -v name="$name" '$1 == name { print $2 }' "$SRC/tests/stacks/unwinders-agree.differences")
    [[ $known && $different -le $known ]] && continue
    bad=1
    "$MEMPROF" inspect --stacks "$state" 2>/dev/null | grep -A 40 -i 'differ' | sed -n 1,60p
done
[[ $bad == 0 ]] || fail "an unexplained difference"
[[ $programs -ge 10 ]] || fail "only $programs programs with more than 100 stacks"
rm -f "$MEMPROF_DIR"/*
