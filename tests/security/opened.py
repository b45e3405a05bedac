# SPDX-License-Identifier: Apache-2.0
"""opened.py FILE... -- COMMAND...: runs it and prints which of the files anybody opened
meanwhile (O_PATH is no opening).  The command's output goes to its own files: ./said."""
import ctypes
import os
import struct
import subprocess
import sys

IN_OPEN = 0x20
libc = ctypes.CDLL(None, use_errno=True)
files, command = sys.argv[1:sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1:]
notify = libc.inotify_init1(os.O_NONBLOCK)
watches = {libc.inotify_add_watch(notify, name.encode(), IN_OPEN): name for name in files}
if min(watches) < 0:
    sys.exit("cannot watch " + " ".join(files))
with open("said", "ab") as said:
    subprocess.run(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
seen = set()
try:
    events = os.read(notify, 1 << 20)
except BlockingIOError:
    events = b""
while events:
    watch, _, _, length = struct.unpack_from("<iIII", events)
    seen.add(watches[watch])
    events = events[16 + length:]
for name in sorted(seen):
    print(name)
