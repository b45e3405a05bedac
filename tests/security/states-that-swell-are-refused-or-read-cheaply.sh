# SPDX-License-Identifier: Apache-2.0
# slow: 60
# Small states that would cost much: many modules with one long name, holes, chunks named
# twice, mappings that are all different, stacks that share what they repeat.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/bombs.inc"
place=$(mktemp -d /dev/shm/memprof-bombs.XXXXXX) || skip "no /dev/shm"
trap 'rm -rf "$place"' EXIT
/usr/bin/python3 - "$SRC/tests/security" "$place" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
from craft import *
place = sys.argv[2] + "/"

state = State(place + "strings.state", 1000)
text = state.string(state.chunk(STRINGS, 0), b"/" + b"x" * 16000)
state.fill(MODULES, [State.module(text, start=i << 12, size=4096) for i in range(65000)])
state.close()

state = State(place + "segments.state", 1000)
text = state.string(state.chunk(STRINGS), b"/lib")
state.fill(MODULES, [State.module(text, start=i << 24, size=1 << 20, segments=[
    (j << 16, 4096, j) for j in range(3)]) for i in range(65000)])
nodes = state.fill(NODES, [State.node(0, 1, 0x1000010)])
state.fill(SITES, [bytes(8), State.site(nodes[0] // 16)])
state.fill(COUNTERS, [State.counters(1)])
state.close()

state = State(place + "huge.state", 4000, 1 << 30)
for _ in range(4000):
    state.chunk(COUNTERS)
state.close()

state = State(place + "holes.state", 4000, 4 << 20)
sites = state.chunk(SITES)
for _ in range(3000):
    state.chunk(COUNTERS)
nodes = [state.chunk(NODES) for _ in range(900)]
state.put(sites + 8, b"".join(State.site((nodes[i % 900] + (i // 900) * 4096) // 16) for i in range(100000)))
state.put(state.chunk(COUNTERS), b"".join(State.counters(i + 1) for i in range(100000)))
state.close()

state = State(place + "twice.state", 4000)
record = b"".join(State.site(1 + i) for i in range(2048))
for _ in range(3900):
    state.put(state.chunk(SITES, 0), record)
state.close()

State.deep(place + "deep.state")

state = State(place + "cycle.state", 16)
at = state.chunk(NODES)
state.put(at, b"".join(State.node((at + 16 * (i * 7 % 1024)) // 16, 0, i + 1) for i in range(1024)))
state.fill(SITES, [bytes(8)] + [State.site(at // 16 + i % 1024) for i in range(10000)])
state.fill(COUNTERS, [State.counters(i + 1) for i in range(10000)])
state.close()
PYTHON
for state in "$place"/*.state; do
    name=${state##*/} before=$(stat -c %b "$state")
    harmless "collecting $name" '0|2' "$COLLECT" --keep -o "$name.pb.gz" "$state"
    harmless "inspecting $name" '0|2' "$MEMPROF" inspect --stacks "$state"
    after=$(stat -c %b "$state")
    ((after <= 2 * before + 16)) || fail "$name grew from $before to $after blocks by reading"
    [[ ! -e $name.pb.gz || $name == deep.state ]] || valid "$name.pb.gz"
done
harmless "listing them" 0 env MEMPROF_DIR="$place" "$MEMPROF" collect
