# SPDX-License-Identifier: Apache-2.0
# One allocation more in ten requests is found, named and counted exactly; the totals of the
# difference are pprof's, and JSON has what the text says.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
for run in 1 2 3; do
    profiled "$TARGETS/regress" 0 0 >/dev/null && mv "$(one $(profiles))" "base$run.pb.gz"
    profiled "$TARGETS/regress" 1 40 >/dev/null && mv "$(one $(profiles))" "new$run.pb.gz"
done
"$MEMPROF" diff base1.pb.gz new1.pb.gz >text
has text '^Worse: alloc_space grew by \+42.29kB \(\+43.74%\), exact, 1 run each\.$'
has text '^Where: most at handle_request \(regress\.c:30\), \+39\.06kB;'
has text '^Also: alloc_objects grew by .*inuse_space grew by \+39\.06kB \(new\), exact'
has text '^alloc_objects +3000 +4100 +\+1100 +\+36\.67% +exact, 1 run each$'
has text '\+3\.22kB +\+3\.33% +grew +copy_text  regress\.c:16'
has text '\+39\.06kB +new +new +handle_request  regress\.c:30'
"$MEMPROF" diff --format=json base* -- new* >json
/usr/bin/python3 - <<'PYTHON' || fail "JSON says something else"
import json
report = json.load(open("json"))
assert report["version"] == 1 and report["exact"] and report["status"] == 0
assert [len(report[side]["runs"]) for side in ("base", "new")] == [3, 3]
totals = report["totals"]
assert (totals["alloc_objects"]["change"], totals["inuse_space"]["change"]) == (1100, 40000)
sites = {site["stack"][0]["function"]: site for site in report["sites"]["changed"]}
assert set(sites) == {"copy_text", "handle_request"}, sites
assert sites["copy_text"]["kind"] == "grew" and sites["copy_text"]["change"] == 3300
assert sites["handle_request"]["kind"] == "new"
PYTHON
if part_needs go; then
    for value in alloc_objects alloc_space inuse_objects inuse_space; do
        change=$(/usr/bin/python3 -c "import json; print(round(json.load(open('json'))['totals']['$value']['change']))")
        total=$(pprof -raw -sample_index=$value -diff_base=base1.pb.gz new1.pb.gz 2>/dev/null |
            /usr/bin/python3 -c "
import re, sys
index = ['alloc_objects', 'alloc_space', 'inuse_objects', 'inuse_space'].index('$value')
rows = re.findall(r'^ *(-?\d+) +(-?\d+) +(-?\d+) +(-?\d+): ', sys.stdin.read(), re.M)
print(sum(int(row[index]) for row in rows))")
        is "pprof's difference of $value" "$total" "$change"
    done
fi
