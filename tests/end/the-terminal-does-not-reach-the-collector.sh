# SPDX-License-Identifier: Apache-2.0
# What a terminal sends to the foreground group ends the program and not its collection: the
# collector is in another group, or deaf to it.  It blocks nothing itself, and has neither
# descriptors of the program nor what the loader would listen to.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
# Not a shell: that would clear its mask.
cat >collector <<'PYTHON'
#!/usr/bin/python3
import os
with open(os.environ["MEMPROF_SEEN"], "w") as seen:
    print("group", os.getpgrp(), file=seen)
    print(open("/proc/self/status").read(), file=seen)
    for fd in range(3, 20):
        if os.path.exists(f"/proc/self/fd/{fd}"):
            print("descriptor", fd, os.readlink(f"/proc/self/fd/{fd}"), file=seen)
    for name, value in os.environ.items():
        print(f"{name}={value}", file=seen)
PYTHON
chmod +x collector
cat >started.py <<'PYTHON'
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, set(range(1, 65)))
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.dup2(os.open("/etc/passwd", os.O_RDONLY), 7)
print(os.getpgrp(), flush=True)
os.environ["LD_PRELOAD"] = os.environ["SHIM"]
os.execv(sys.argv[1], sys.argv[1:])
PYTHON
export LD_LIBRARY_PATH=/nonexistent MEMPROF_SEEN=$PWD/seen
status_of env MEMPROF_COLLECTOR="$PWD/collector" /usr/bin/python3 started.py "$TARGETS/ends" exit >/dev/null
has seen '^SigBlk:.0000000000000000$'
lacks seen '^LD_'
lacks seen '^descriptor .*passwd'
group=$(sed -n 's/^group //p' seen) ignored=$((0x$(sed -n 's/^SigIgn:.//p' seen)))
terminal=$(((1 << 0) | (1 << 1) | (1 << 2) | (1 << 14))) # HUP, INT, QUIT, TERM
[[ $group != "$(cat out)" || $((ignored & terminal)) == "$terminal" ]] ||
    fail "the terminal's signals reach the collector: group $group, ignored $ignored"
rm -f $(states) $(profiles)
