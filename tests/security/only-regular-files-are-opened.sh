# SPDX-License-Identifier: Apache-2.0
# A FIFO, a socket, a directory or a device where a name comes from outside (an argument, a
# state's modules, a link in its place) is looked at and never opened.
. "$SRC/tests/lib.sh"
mkfifo fifo
ln -s fifo link
/usr/bin/python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
mkdir directory
things=(fifo socket directory)
[[ $(id -u) != 0 ]] || { mknod device c 5 2 && things+=(device); } 2>/dev/null || true
/usr/bin/python3 - "$SRC/tests/security" "${things[@]}" link <<'PYTHON'
import os, sys
sys.path.insert(0, sys.argv[1])
from craft import *
state = State("things.state", 8)
strings, modules, nodes = state.chunk(STRINGS), state.chunk(MODULES), state.chunk(NODES)
sites, counters = state.chunk(SITES), state.chunk(COUNTERS)
for i, name in enumerate(sys.argv[2:], 1):
    path = state.string(strings + 512 * i, os.path.abspath(name).encode())
    state.put(modules + 224 * i, State.module(path, i << 24))
    state.put(nodes + 16 * i, State.node(0, i, (i << 24) + 0x1000))
    state.put(sites + 8 * i, State.site(nodes // 16 + i))
    state.put(counters + 40 * i, State.counters(i))
state.put(state.chunk(SHARDS), struct.pack("<IIQQQ32x", 1, 1, 1, 0, 0))
state.close(cwd=state.string(strings, os.getcwdb()))
PYTHON
untouched() {
    /usr/bin/python3 "$SRC/tests/security/opened.py" "${things[@]}" -- "$@" >opened
    [[ ! -s opened ]] || fail "$* opened: $(paste -s opened)"
}
for thing in "${things[@]}" link; do
    untouched "$MEMPROF" inspect "$thing"
    untouched "$COLLECT" "$thing"
    untouched "$MEMPROF" run "./$thing"
    [[ $thing == directory ]] && continue # of profiles, or of states
    untouched "$MEMPROF" collect "./$thing"
    untouched "$MEMPROF" top "$thing"
    is "status for $thing" 2 "$(status_of "$MEMPROF" top "$thing")"
    has err 'not a regular file|symbolic link'
done
untouched "$COLLECT" -o strange.pb.gz things.state
dump strange.pb.gz >dumped
has dumped 'fifo\+0x1000'
# What a shell makes of <(...) is read as before.
"$MEMPROF" top <(cat strange.pb.gz) >table
has table 'fifo.0x1000'
# The watch does see an opening.
/usr/bin/python3 "$SRC/tests/security/opened.py" strange.pb.gz -- "$MEMPROF" top strange.pb.gz >opened
has opened strange
