# SPDX-License-Identifier: Apache-2.0
# slow: 30
# Chromium shows serve's pages, light and dark, without a complaint and without asking anybody else; and so it does
# the pages that `go tool pprof -http` makes of what serve answers.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
need chromium
obeys_starts
obeyed "allocate 2000"
obeyed "free 500"
serve_starts $PID
cat >index.py <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
from browser import Browser

url, pid = sys.argv[2:]
with Browser("chromium.log") as browser:
    page = browser.page()
    seen = {}
    for scheme in "light", "dark":
        page.colours(scheme)
        page.open(f"{url}/")
        page.clean(url)
        drawn = page.picture("svg")
        page.value("document.querySelector('polyline').style.visibility = 'hidden'")
        assert page.picture("svg") != drawn, f"{scheme}: the timeline is not to be seen"
        style = "getComputedStyle(document.querySelector('%s'))"
        assert page.value(f"{style % 'h1'}.color === {style % 'polyline'}.stroke"), "the line has another colour"
        seen[scheme] = page.value(f"{style % 'h1'}.color")
        assert page.value(f"{style % 'table'}.borderCollapse") == "collapse", "the style was not taken"
        assert page.value("document.documentElement.scrollWidth <= innerWidth"), "wider than the window"
    assert seen["light"] != seen["dark"], seen
    # Its links lead to the page of the process, and from there back.
    page.value(f"document.querySelector('a[href=\"/{pid}/debug/pprof/\"]').click()")
    page.wait(f"location.pathname === '/{pid}/debug/pprof/' && document.querySelectorAll('a').length > 5")
    page.open(page.value("[...document.querySelectorAll('a')].find(a => a.textContent === 'heap?debug=1').href"))
    assert "heap_v2/" in page.value("document.body.textContent")
    page.clean(url)
    # A page of another site gets nothing of it: neither read, nor in a frame.
    page.open(f"data:text/html,<iframe src='{url}/'></iframe>")
    page.wait("frames.length === 1")
    assert page.value(f"fetch('{url}/metrics').then(() => 'read', () => 'refused')") == "refused"
    assert any("frame-ancestors" in complaint or "ERR_BLOCKED" in complaint for complaint in page.complaints), page.complaints
PYTHON
/usr/bin/python3 index.py "$SRC/tests/clients" "$URL" $PID 2>said || fail "$(cat said chromium.log)"
part_needs go dot || { serve_ends; exit 0; }
# pprof looks for a free port before it takes it, which somebody else may do meanwhile.
web_starts() {
    go tool pprof -no_browser -http=127.0.0.1: "$URL/debug/pprof/heap" >web.out 2>&1 &
    web=$!
    until grep -q 'Serving web UI' web.out; do
        kill -0 $web 2>/dev/null || return 1
        sleep 0.05
    done
}
web_starts || web_starts || web_starts || fail "$(cat web.out)"
cat >web.py <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
from browser import Browser

url = sys.argv[2]
with Browser("chromium.log") as browser:
    page = browser.page()
    flames = "#stack-chart div, .d3-flame-graph-label"  # of newer versions, and of older ones
    for path, where in ("", "svg text"), ("top", "#rows td"), ("flamegraph", flames), ("peek", "pre"):
        page.open(f"{url}/ui/{path}")
        page.wait(f"[...document.querySelectorAll('{where}')].some(at => /\\bgrow\\b/.test(at.textContent))")
        page.clean(url)
    assert "1.43MB" in page.value("document.body.textContent"), "not what is live"
PYTHON
WEB=$(sed -n 's/^Serving web UI on //p' web.out)
until_true curl -s "$WEB" -o body
/usr/bin/python3 web.py "$SRC/tests/clients" "$WEB" 2>said || fail "$(cat said chromium.log)"
kill $(pgrep -P $web) $web
wait $web || true
serve_ends
