# SPDX-License-Identifier: Apache-2.0
# Names, paths, comments and arguments with C0, DEL, C1, controls of direction and broken
# UTF-8: none of these bytes is on stdout or stderr of any command, in a file's name or a log.
. "$SRC/tests/lib.sh"
/usr/bin/python3 - "$SRC/tests/security" "$MEMPROF_DIR" <<'PYTHON'
import os, sys
sys.path.insert(0, sys.argv[1])
from craft import *
evil = b"e\x1b]0;x\x07\x1b[2J\r\x7f\xc2\x9b31m\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\xd8\x9c\xff\x9bz"
profile = Profile(evil, evil)
profile.mapping(1, b"/bin/" + evil, evil)
profile.function(1, b"f" + evil, evil)
profile.location(1, [1], 1)
profile.sample([1])
profile.comment(b"memprof: " + evil + b"\nsecond")
profile.write("evil.pb.gz")
os.makedirs(sys.argv[2], mode=0o700, exist_ok=True)
state = State(sys.argv[2] + "/evil.4194304.0123456789abcdef.state", 8)
at = state.chunk(STRINGS)
names = {}
for name, text in (("exe", b"/bin/" + evil), ("comm", evil), ("cwd", os.getcwdb()), ("arguments", evil + b"\0" + evil)):
    names[name] = state.string(at, text)
    at += 256
modules, nodes = state.chunk(MODULES), state.chunk(NODES)
state.put(modules + 224, State.module(state.string(at, b"/lib/" + evil)))
state.put(nodes, State.node(0, 1, 0x401000))
state.put(state.chunk(SITES) + 8, State.site(nodes // 16))
state.put(state.chunk(COUNTERS), State.counters(1))
state.put(state.chunk(SHARDS), struct.pack("<IIQQQ32x", 1, 1, 1, 0, 0))
state.close(**names)
PYTHON
state=$(one $(states))
evil=$'\e]0;x\a\e[2J\r\x7f\xc2\x9b31m\xe2\x80\xae\xff'
{
    "$MEMPROF" top evil.pb.gz
    "$MEMPROF" top -s "$evil" evil.pb.gz || true
    "$MEMPROF" top "$evil" || true
    "$MEMPROF" "$evil" || true
    "$MEMPROF" run --depth="$evil" true || true
    "$MEMPROF" run "$evil" || true
    "$MEMPROF" collect "$evil" || true
    "$MEMPROF" collect
    "$MEMPROF" inspect -s "$state"
    "$MEMPROF" collect --keep "$state"
    "$MEMPROF" top memprof.*.pb.gz
    "$COLLECT" --keep "$state" "$evil" || true
} >said 2>&1
has said 'fe'
has said '/bin/e'
/usr/bin/python3 - said memprof.*.pb.gz <<'PYTHON'
import sys, unicodedata
text = open(sys.argv[1], "rb").read().decode("utf-8")  # an error when it is none
for name in [text] + sys.argv[2:]:
    for character in name.replace("\n", ""):
        if unicodedata.category(character) in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(character) in (
                "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B") or character in "\u061c\u200e\u200f":
            sys.exit("U+%04x in %r" % (ord(character), name[max(0, name.index(character) - 40):][:80]))
PYTHON
# The summary of a run whose program has such a name.
cp "$TARGETS/exact" "./$evil" 2>/dev/null || cp "$TARGETS/sites" "./$evil"
"$MEMPROF" run -i 1 "./$evil" >/dev/null 2>summary || true
has summary 'memprof run: .*pid'
LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae|\xff' summary && fail "the summary: $(cat -v summary)"
rm -f "$state"
