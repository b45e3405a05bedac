# SPDX-License-Identifier: Apache-2.0
# slow: 20
# Everything is reached and used by keys: search, zoom and back, tabs, sorting, the chosen function; and by pointer. axe-core
# finds no fault, light and dark, also in a window of 800 pixels.
. "$SRC/tests/lib.sh"
. "$SRC/tests/report/report.inc"
. "$SRC/tests/clients/npm.inc"
need chromium
from_npm
made one $HEAP default=inuse_space period=4096 <<'STACKS'
300,30000,200,20000 keep@/src/a.c:3!/bin/app;work@/src/a.c:20!/bin/app;main@/src/a.c:9!/bin/app
200,10000,100,9000 other@/src/b.c:3!/lib/libb.so;work@/src/a.c:21!/bin/app;main@/src/a.c:9!/bin/app
STACKS
reported one.pb.gz
cat >look.py <<'PYTHON'
import os
import sys
from browser import Browser

axe = open(sys.argv[1] + "/axe-core/axe.min.js").read()
with Browser("chromium.log") as browser:
    page = browser.page()
    page.open(f"file://{os.getcwd()}/one.html")
    page.wait("performance.getEntriesByName('shown').length")
    page.key("/")
    page.keys("^keep$")
    page.wait("document.querySelector('.found').textContent.includes('69.0 %, in 1 matching function')")
    page.key("Escape")
    page.wait("document.querySelector('.found').hidden")
    while page.value("document.activeElement.tagName") != "CANVAS":
        page.key("Tab")
    for _ in range(3):  # main, work, keep
        page.key("ArrowDown")
    page.wait("document.querySelector('.status').textContent.startsWith('keep: total 19.53 kB, 69.0 %')")
    page.key("ArrowRight")
    page.wait("document.querySelector('.status').textContent.startsWith('other: ')")
    page.key("Enter")
    page.wait("report.state.path.length === 3 && report.flame.focus.total === 9000")
    page.key("Escape")
    page.wait("report.state.path.length === 2")
    page.value("history.back()")
    page.wait("report.state.path.length === 3")
    page.key("Escape")
    page.key("Escape")
    page.key("Escape")
    page.wait("report.state.path.length === 0")
    page.click("canvas", 0.2, 0.9)
    page.wait("report.flame.focus.total === 20000")
    page.key("2")
    page.wait("!document.querySelector('#panel-table').hidden")
    while page.value("document.activeElement.textContent") != "cum":
        page.key("Tab")
    page.key("Enter")
    page.wait("document.querySelector('th[aria-sort] button').textContent === 'cum'")
    first = "document.querySelector('#panel-table tbody .link').textContent"
    assert page.value(first) == "main", page.value(first)
    while page.value("document.activeElement.textContent") != "work":
        page.key("Tab")
    page.key("Enter")
    page.wait("document.querySelector('.chosen h3').textContent === 'work'")
    page.clean("file://")
    for width in 1200, 800:
        page.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        for scheme in "light", "dark":
            page.colours(scheme)
            is_first = (width, scheme) == (1200, "light")
            for tab in ("flame", "table", "function", "source", "advice") if is_first else ("table", "flame"):
                page.click(f"#tab-{tab}")
                page.wait(f"!document.querySelector('#panel-{tab}').hidden")
                assert page.value("document.documentElement.scrollWidth <= innerWidth"), f"{tab}: wider than {width}"
                if is_first and tab == "flame":
                    page.value(axe + "; 0")
                faults = page.value("axe.run().then(result => JSON.stringify(result.violations.map(fault =>"
                                    " [fault.id, fault.impact, fault.nodes.map(node => node.html + node.failureSummary)])))")
                assert faults == "[]", f"{tab}, {scheme}: {faults}"
            print("clean at", width, scheme)
PYTHON
looks look.py "$NPM/node_modules" >shown
is "looks" 4 "$(wc -l <shown)"
