# SPDX-License-Identifier: Apache-2.0
# slow: 15
# A thousand stacks, or with FULL=1 a hundred thousand of a hundred frames: the file is small, nothing is dropped where nodes
# are folded, and with FULL=1 the page's thread needs two seconds to open it at most, and a tenth of one for a zoom.
. "$SRC/tests/lib.sh"
. "$SRC/tests/report/report.inc"
need chromium
most_nodes=5000 most_bytes=600000 size=(1000 40)
[[ ! $FULL ]] || most_nodes=1000000 most_bytes=8000000 size=(100000 100)
/usr/bin/python3 "$SRC/tests/report/many_stacks.py" many.pb.gz "${size[@]}"
reported --no-sources --max-nodes=$most_nodes many.pb.gz
has said.report 'small nodes folded'
bytes=$(stat -c %s many.html)
((bytes <= most_bytes)) || fail "the file has $bytes bytes"
/usr/bin/python3 "$SRC/tests/report/many_stacks.py" sites.pb.gz 10000 60
reported --no-sources sites.pb.gz
bytes=$(stat -c %s sites.html)
((bytes <= 600000)) || fail "the file of 10000 sites has $bytes bytes"
cat >look.py <<'PYTHON'
import os
import sys
from browser import Browser
from pprof import Profile

is_full = sys.argv[1] != ""
with Browser("chromium.log") as browser:
    page = browser.page()
    page.ask("Performance.enable", timeDomain="threadTicks")

    def used_s():
        return {metric["name"]: metric["value"] for metric in page.ask("Performance.getMetrics")["metrics"]}["TaskDuration"]

    def costs(what, most_s, expression):
        before = used_s()
        if expression:
            page.value(expression)
        page.value("new Promise(go => requestAnimationFrame(() => go(1)))")
        used = used_s() - (before if expression else 0)
        print(f"{what}: {used * 1000:.0f} ms")
        assert not is_full or used <= most_s, f"{what} takes {used} s"

    page.open(f"file://{os.getcwd()}/many.html")
    page.wait("performance.getEntriesByName('shown').length")
    costs("open", 2, None)
    page.value("report.remember = () => 0")
    for _ in range(4):
        costs("zoom", 0.1, "report.flame.zoom(report.flame.frames.childrenOf(report.flame.focus)[0]), 0")
    page.clean("file://")
    if is_full:
        print("heap:", page.value("performance.memory.usedJSHeapSize"))
    else:
        profile = Profile("many.pb.gz")
        for i, kind in enumerate(profile.types):
            total = sum(sample["values"][i] for sample in profile.samples)
            assert page.value(f"report.model.sums(0, {i}).total[0]") == total, kind
    # Nothing is dropped: each frame's children and it itself have what it has.
    page.value("report.change({path: []})")
    assert page.value("""report.flame.placed.every(({frame}) => frame.small || frame.children === null || Math.abs(frame.self
        + report.flame.frames.shown(frame, frame.total / 100).reduce((sum, child) => sum + child.total, 0) - frame.total) < 1)""")
PYTHON
looks look.py "$FULL" | tee costs
