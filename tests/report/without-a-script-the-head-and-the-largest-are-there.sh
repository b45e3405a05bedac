# SPDX-License-Identifier: Apache-2.0
# slow: 10
# A server whose policy forbids scripts and styles: the page shows its head and the largest functions, and asks for nothing.
# On paper are the first thirty.
. "$SRC/tests/lib.sh"
. "$SRC/tests/report/report.inc"
need chromium
for i in {1..150}; do echo "1,$((i * 100)),1,$((i * 10)) f$i@/a.c:$i!/bin/app;main!/bin/app"; done | made many $HEAP default=inuse_space
reported many.pb.gz
cat >look.py <<'PYTHON'
import http.server
import threading
from browser import Browser

policy = {}


class Handler(http.server.SimpleHTTPRequestHandler):
    asked = []

    def do_GET(self):
        Handler.asked.append(self.path)
        super().do_GET()

    def end_headers(self):
        for name, value in policy.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_address[1]}"
with Browser("chromium.log") as browser:
    page = browser.page()
    page.open(f"{url}/many.html")
    page.wait("performance.getEntriesByName('shown').length")
    page.clean(url)
    page.ask("Emulation.setEmulatedMedia", media="print")
    rows = "[...document.querySelectorAll('#static tbody tr')].filter(row => row.offsetHeight > 0).length"
    assert page.value(rows) == 30, f"{page.value(rows)} rows on paper"
    page.ask("Emulation.setEmulatedMedia", media="")
    policy["Content-Security-Policy"] = "default-src 'none'"
    page.open(f"{url}/many.html")
    assert page.value(rows) == 100, f"{page.value(rows)} rows without a script"
    text = page.value("document.body.innerText")
    assert "110.60kB" in text and "f150" in text, text
    assert page.value("document.getElementById('app').offsetHeight") == 0
    assert set(Handler.asked) == {"/many.html"}, Handler.asked
server.shutdown()
PYTHON
looks look.py
