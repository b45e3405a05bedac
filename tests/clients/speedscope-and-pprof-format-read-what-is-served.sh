# SPDX-License-Identifier: Apache-2.0
# slow: 30
# Two readers of pprof profiles from npm: pprof-format has our values, types and labels; speedscope, in a browser,
# draws what is live and lists it by function.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
. "$SRC/tests/clients/npm.inc"
from_npm
obeys_starts
obeyed "allocate 2000"
obeyed "free 500"
serve_starts $PID
for profile in heap allocs peak; do
    answers 200 /debug/pprof/$profile
    mv body $profile.pb.gz
done
cat >read.js <<'JS'
const {Profile} = require(process.argv[2] + '/pprof-format');
const profile = Profile.decode(require('zlib').gunzipSync(require('fs').readFileSync(process.argv[3])));
const text = index => profile.stringTable.strings[Number(index)];
const names = location => location.line.map(line => text(profile.function.find(f => f.id == line.functionId).name));
const stack = sample => sample.locationId.flatMap(id => names(profile.location.find(l => l.id == id)));
console.log('types', profile.sampleType.map(t => text(t.type) + '/' + text(t.unit)).join(' '));
console.log('default', text(profile.defaultSampleType), 'period', text(profile.periodType.type), profile.period);
for (const sample of profile.sample)
    if (stack(sample)[0] === 'grow')
        console.log('grow', sample.value.join(' '), sample.label.map(l => text(l.key) + '=' + l.num + text(l.numUnit)).join(),
            stack(sample).includes('main'));
console.log('mapped', profile.mapping.every(m => m.hasFunctions && text(m.filename)));
JS
for profile in heap allocs peak; do
    node read.js "$NPM/node_modules" $profile.pb.gz >read.out || fail "$(cat read.out)"
    has read.out '^types alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes$'
    has read.out '^mapped true$'
    [[ $profile == peak ]] && live="2000 2000000" || live="1500 1500000"
    has read.out "^grow 2000 2000000 $live bytes=1024bytes true$"
done
node read.js "$NPM/node_modules" allocs.pb.gz >read.out
has read.out '^default alloc_space period space 1$'
serve_ends
part_needs chromium || exit 0
cat >speedscope.py <<'PYTHON'
import base64
import sys
sys.path.insert(0, sys.argv[1])
from browser import Browser

# What its command writes for its own page to load.
with open("heap.js", "w") as script:
    content = base64.b64encode(open("heap.pb.gz", "rb").read()).decode()
    script.write(f"speedscope.loadFileFromBase64('heap.pb.gz', '{content}')")
place = sys.argv[2] + "/speedscope/dist/release"
with Browser("chromium.log") as browser:
    page = browser.page()
    page.open(f"file://{place}/index.html#localProfilePath={sys.argv[3]}/heap.js")
    page.wait("document.body.textContent.includes('heap.pb.gz')")
    drawn = "document.querySelector('canvas').width"
    assert page.value(drawn) > 100, "nothing is drawn"
    while not page.is_now("[...document.querySelectorAll('td')].some(cell => cell.textContent.includes('grow'))"):
        page.key("3")  # its table of functions, once it listens
    rows = page.value("[...document.querySelectorAll('tr')].map(row => row.textContent).join('\\n')")
    print(rows)
    faults = [complaint for complaint in page.complaints if complaint.startswith("an exception")]
    assert not faults, faults
PYTHON
/usr/bin/python3 speedscope.py "$SRC/tests/clients" "$NPM/node_modules" "$PWD" >rows 2>said || fail "$(cat said chromium.log)"
has rows '1\.43 MB.*grow'
