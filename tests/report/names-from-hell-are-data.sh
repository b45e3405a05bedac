# SPDX-License-Identifier: Apache-2.0
# slow: 10
# Names that would be markup, end a script, turn text around or are very long are shown, and nothing in them runs. Sources that
# such a profile names and that are no sources stay where they are.
. "$SRC/tests/lib.sh"
. "$SRC/tests/report/report.inc"
need chromium
long=$(printf 'a<b%.0s' {1..20000})
echo 'a secret' >secret
echo 'int source;' >source.c
touch -d '2000-01-01' secret source.c
made hell $HEAP default=inuse_space time=1700000000000000000 escapes=1 comment='</script><script>top.ran=1</script>|memprof: version <b>1' <<STACKS
1,100,1,100 </script><script>top.ran=1</script>@$PWD/secret:1!/bin/<img src=x onerror=top.ran=1>;main@$PWD/source.c:1!/bin/app
1,100,1,100 "><svg onload=top.ran=1>;'-top.ran=1-';main
1,100,1,100 <!--<script>;\\xe2\\x80\\xaegnp.exe;\\xff\\xfe;\\x1b[31m;main
1,100,1,100 $long;=cmd|calc;main
STACKS
reported hell.pb.gz
lacks hell.html 'a secret'
lacks hell.html '<script>top|<svg on|<img src=x'
lacks hell.html $'\u202e'
is "scripts in the file" 3 "$(grep -o '</script>' hell.html | wc -l)"
# Names, files and modules of what could be markup, mixed with any bytes; the seeds are fixed.
cat >mutate.py <<'PYTHON'
import random
import sys

random.seed(int(sys.argv[1]))
PARTS = [b"</script>", b"<script>top.ran=1</script>", b"<img src=x onerror=top.ran=1>", b"'\"><svg onload=top.ran=1>", b"<!--", b"]]>", b"&lt;",
         b"javascript:top.ran=1", "\u202e\u2066".encode(), b"\xff\xfe\x1b[31m", b"${top.ran=1}", b"`", b"a" * 65536, b"\\u003c"]


def text():
    mixed = bytearray(b"".join(random.choice(PARTS) for _ in range(random.randint(1, 3))))
    for _ in range(random.randint(0, 4)):
        mixed[random.randrange(len(mixed))] = random.randint(1, 255)
    return "".join(f"\\x{byte:02x}" for byte in mixed)


for _ in range(12):
    frames = ";".join(f"{text()}@{text()}:3!{text()}" for _ in range(2))
    print(f"9,{random.randint(100, 999)},9,{random.randint(100, 999)} {frames};main")
PYTHON
for seed in 1 2 3; do
    /usr/bin/python3 mutate.py $seed | made mutated$seed $HEAP default=inuse_space escapes=1
    reported mutated$seed.pb.gz
    is "scripts in the file" 3 "$(grep -a -o '</script>' mutated$seed.html | wc -l)"
done
cat >look.py <<'PYTHON'
import os
from browser import Browser

with Browser("chromium.log") as browser:
    page = browser.page()
    for seed in 1, 2, 3:
        page.open(f"file://{os.getcwd()}/mutated{seed}.html")
        page.wait("performance.getEntriesByName('shown').length")
        for tab in "table", "function", "source", "advice", "flame":
            page.click(f"#tab-{tab}")
            page.wait(f"!document.querySelector('#panel-{tab}').hidden")
        assert page.value("globalThis.ran") is None, f"something of seed {seed} ran"
        assert page.value("document.querySelectorAll('img, iframe, object').length") == 0
        page.clean("file://")
    page.open(f"file://{os.getcwd()}/hell.html")
    page.wait("performance.getEntriesByName('shown').length")
    for tab in "table", "function", "source", "advice", "flame":
        page.click(f"#tab-{tab}")
        page.wait(f"!document.querySelector('#panel-{tab}').hidden")
        if tab == "table":
            assert "</script><script>top.ran=1</script>" in page.value("document.querySelector('#panel-table').textContent")
            page.click("#panel-table .link")
        if tab == "source":
            text = page.value("document.querySelector('#panel-source').textContent")
            assert "int source;" in text and "secret" not in text, text
    assert page.value("globalThis.ran") is None, "something ran"
    assert page.value("document.querySelectorAll('img, iframe, object').length") == 0
    assert page.value("document.documentElement.scrollWidth <= innerWidth"), "wider than the window"
    # Even if it were markup, the policy would not let it run.
    page.clean("file://")
    page.value("document.body.append(Object.assign(document.createElement('script'), {textContent: 'top.ran = 1'}))")
    assert page.value("globalThis.ran") is None, "the policy lets another script run"
    assert any("Content Security Policy" in complaint for complaint in page.complaints), page.complaints
PYTHON
looks look.py
