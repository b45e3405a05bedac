# SPDX-License-Identifier: Apache-2.0
# slow: 20
# Reports of all kinds of profiles open without a complaint and without asking anybody, and their totals, their flame
# graph and their table have what `go tool pprof` and our decoder have.
. "$SRC/tests/lib.sh"
. "$SRC/tests/report/report.inc"
need chromium
MEMPROF_INTERVAL=1 MEMPROF_PEAK=1 MEMPROF_OUT=exact.pb.gz profiled "$TARGETS/exact" >out
MEMPROF_INTERVAL=16K MEMPROF_OUT=sampled.pb.gz profiled "$TARGETS/many_sites" >out
made one $HEAP default=inuse_space <<'STACKS'
3,300,2,200 keep@/src/a.c:3!/bin/app;main@/src/a.c:9!/bin/app
3,300,1,100 keep@/src/a.c:3!/bin/app;main@/src/a.c:9!/bin/app
STACKS
made go $HEAP default=inuse_space period=524288 <<<'1000,16000000,10,160000 main.work@/go/a.go:3!/bin/app;main.main@/go/a.go:9!/bin/app'
made cpu types=samples/count,cpu/nanoseconds default=cpu <<<'3,30000000 leaf@/a/x.c:10;main'
made delta $HEAP default=inuse_space <<'STACKS'
5,500,-3,-300 freed;main
9,900,4,400 grown;main
STACKS
: | made empty $HEAP default=inuse_space
all=(exact sampled one go cpu delta empty)
if command -v go >/dev/null; then # Go's own profile, of its compiler
    echo 'package p; func F() map[string]int { return map[string]int{"a": 1} }' >p.go
    go tool compile -memprofile compile.heap -memprofilerate 512 -p p -o p.o p.go
    go tool pprof -proto -output compile.pb.gz "$(go env GOTOOLDIR)/compile" compile.heap >out 2>&1
    all+=(compile)
fi
for name in "${all[@]}"; do
    reported $name.pb.gz
done
reported --base=one.pb.gz -o base.html go.pb.gz
cp go.pb.gz base.pb.gz
cat >look.py <<'PYTHON'
import base64
import json
import os
import sys
from browser import Browser
from pprof import Profile

with Browser("chromium.log") as browser:
    page = browser.page()
    for name in sys.argv[1:]:
        page.open(f"file://{os.getcwd()}/{name}.html")
        page.wait("performance.getEntriesByName('shown').length || document.querySelector('.warn')")
        page.value("report.remember = () => 0")  # a page that makes history before it was touched is complained of
        shown = json.loads(page.value("""JSON.stringify({
            cards: Object.fromEntries([...document.querySelectorAll('.card[data-value]')].map(card => [card.dataset.type, card.dataset.value])),
            flames: Object.fromEntries(report.about.types.map((type, i) => {
                report.change({type: i, tab: 'flame'});
                return [type.name, report.flame.frames.root.total];
            })),
            tables: Object.fromEntries(report.about.types.map((type, i) => {
                report.change({type: i, tab: 'table'});
                return [type.name, report.table.rows.reduce((sum, row) => sum + row.flat, 0)];
            })),
        })"""))
        profile = Profile(f"{name}.pb.gz")
        for i, kind in enumerate(profile.types):
            kind, total = kind.split("/")[0], sum(sample["values"][i] for sample in profile.samples)
            print(name, kind, total)
            assert shown["cards"][kind] == str(total), f"{name}: {kind} is {total}, and not {shown['cards'][kind]}"
            assert shown["tables"][kind] == total, f"{name}: {kind} is {total}, and not {shown['tables'][kind]} in the table"
            if name != "delta":  # of which the graph has what is more
                assert shown["flames"][kind] == total, f"{name}: {kind} is {total}, and not {shown['flames'][kind]}"
        page.value("delete report.remember")
        for tab in "table", "function", "source", "advice", "flame":
            page.click(f"#tab-{tab}")
            page.wait(f"!document.querySelector('#panel-{tab}').hidden")
            with open(f"{os.environ['SHOTS']}/{name}-{tab}.png", "wb") as shot:
                shot.write(base64.b64decode(page.ask("Page.captureScreenshot")["data"]))
        page.clean("file://")
        assert page.value("document.documentElement.scrollWidth <= innerWidth"), f"{name}: wider than the window"
        assert page.value("document.getElementById('static').hidden"), "the table for who has no script is there, too"
PYTHON
export SHOTS=$B/report-shots # kept to be looked at, not compared
mkdir -p "$SHOTS"
looks look.py "${all[@]}" base >shown
is "values that were compared" $((4 * (${#all[@]} + 1) - 2)) "$(wc -l <shown)"
part_needs go || exit 0
for name in exact sampled one compile; do
    total=$(pprof -top -unit=B -sample_index=inuse_space $name.pb.gz 2>/dev/null | sed -n 's/.* of \([0-9]*\)B total.*/\1/p')
    is "pprof's total of $name" "$total" "$(sed -n "s/^$name inuse_space //p" shown)"
done
