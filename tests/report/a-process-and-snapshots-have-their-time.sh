# SPDX-License-Identifier: Apache-2.0
# slow: 10
# A running process is shown over time and at its peak; beside a run's profile its snapshots and its peak are found, and any two
# can be compared. A mark in the timeline leads to its view.
. "$SRC/tests/lib.sh"
. "$SRC/tests/report/report.inc"
. "$SRC/tests/tools/serve.inc"
need chromium
obeys_starts
# The clock is looked at with some events alone: until there is a point in its timeline, it goes on.
has_points() { obeyed "allocate 500" && obeyed "free 500" && "$MEMPROF" inspect $PID >state && grep -q "every .* points" state; }
until_true has_points
obeyed "allocate 2000"
obeyed "free 1500"
obeyed "allocate 10"
reported -o process.html $PID
exec {OBEYS[1]}>&-
wait $PID || true
MEMPROF_INTERVAL=1 MEMPROF_PEAK=1 MEMPROF_OUT=run.pb.gz profiled "$TARGETS/exact" >out
# Two snapshots of that run, as `memprof run --every` names them: one of them is another run's.
cp run.peak.pb.gz run.0001.snapshot.pb.gz
made run.0002.snapshot $HEAP 'comment=memprof: start 2020-01-01T00:00:00.000000000Z' <<<'3,300,2,200 other;main'
reported run.pb.gz
has said.report 'a report of 3 views'
cat >look.py <<'PYTHON'
import os
from browser import Browser

with Browser("chromium.log") as browser:
    page = browser.page()
    page.open(f"file://{os.getcwd()}/process.html")
    page.wait("performance.getEntriesByName('shown').length")
    kinds = page.value("report.about.views.map(view => view.kind).join()")
    assert kinds == "end,peak", kinds
    totals = "report.model.sums(%d, report.model.typeIndex.inuse_objects).total[0]"
    now, peak = (page.value(totals % view) for view in (0, 1))
    assert peak - now == 1490, (now, peak)
    assert page.value("report.model.data.points.ms.length") > 0, "no timeline"
    assert page.value("document.querySelector('.plot path.line').getAttribute('d').length") > 4
    page.click(".mark.peak")
    page.wait("report.state.view === 1 && document.getElementById('choose-view').value === '1'")
    assert page.value("report.flame.frames.root.total") == page.value("report.model.sums(1, report.state.type).total[0]")
    # What there is now, compared with the peak: something has less.
    page.value("report.remember = () => 0; report.change({view: 0, base: 1})")
    page.wait("document.querySelector('.gone').textContent.includes('before')")
    assert page.value("report.flame.frames.root.base > report.flame.frames.root.total")
    page.clean("file://")
    page.open(f"file://{os.getcwd()}/run.html")
    page.wait("performance.getEntriesByName('shown').length")
    kinds = page.value("report.about.views.map(view => view.kind).join()")
    assert kinds == "end,peak,snapshot", kinds
    page.clean("file://")
PYTHON
looks look.py
