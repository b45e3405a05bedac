# SPDX-License-Identifier: Apache-2.0
# What the process becomes has its pid, name and status, one thread, /dev/null as 0 and 1 and
# no other descriptor; the collector is its child, as from a shell: no signal blocked or
# ignored, none of LD_*, the usual priority, first to be killed when memory is short.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
cat >collector <<'SCRIPT'
#!/bin/sh
exec >"$MEMPROF_SEEN"
exec cat /proc/self/status /proc/self/oom_score_adj /proc/self/sched /proc/self/limits /proc/self/environ
SCRIPT
cat >parent <<'SCRIPT'
#!/bin/sh
exec >"$MEMPROF_SEEN"
echo args "$@"
for process in $PPID self; do
    for fd in /proc/$process/fd/*; do
        echo "$process ${fd##*/} $(readlink "$fd")"
    done
done
cat /proc/$PPID/status /proc/$PPID/cmdline
SCRIPT
chmod +x collector parent
cat >started.py <<'PYTHON'
# Runs its arguments with strange signals, descriptors, priority and limits.
import os, resource, signal, sys
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR1, signal.SIGPIPE):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, set(range(1, 65)))
for fd in range(5, 9):
    os.dup2(os.open("/etc/passwd", os.O_RDONLY), fd)
os.umask(0o777)
if os.geteuid() == 0:
    os.setpriority(os.PRIO_PROCESS, 0, -5)
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
resource.setrlimit(resource.RLIMIT_CPU, (100, hard))
resource.setrlimit(resource.RLIMIT_NOFILE, (20, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
os.environ["LD_PRELOAD"] = os.environ["SHIM"]
os.execv(sys.argv[1], sys.argv[1:])
PYTHON
export LD_LIBRARY_PATH=/nonexistent MEMPROF_SEEN=$PWD/seen
is status 5 "$(MEMPROF_COLLECTOR=$PWD/collector status_of /usr/bin/python3 started.py "$TARGETS/last_moments" logger)"
tr '\0' '\n' <seen >lines
has lines '^SigBlk:.0000000000000000$'
has lines '^SigIgn:.0000000000200000$' # SIGTTOU: a word to a terminal does not stop it
has lines '^Threads:.1$'
has lines '^1000$'
has lines '^policy +: +0$'
has lines '^prio +: +120$'
has lines '^Umask:.0077$'
has lines '^Max cpu time +unlimited'
has lines '^Max open files +([0-9]{4,}|[2-9][0-9]{2}) '
has lines '^Max core file size +0 '
lacks lines '^LD_'
has lines '^MEMPROF_DIR='
rm "$MEMPROF_DIR"/*
is status 5 "$(MEMPROF_COLLECTOR=$PWD/parent status_of /usr/bin/python3 started.py "$TARGETS/last_moments" logger)"
tr '\0' '\n' <seen >lines
has lines '^args --at-exit .*last_moments.*\.state$'
has lines '^Name:.last_moments$'
has lines '^Threads:.1$'
has lines "^$TARGETS/last_moments$"
is "descriptors of the process" "0 /dev/null 1 /dev/null 2 $PWD/err" \
    "$(grep -E '^[0-9]+ [0-9]+ /' lines | cut -d' ' -f2- | tr '\n' ' ' | sed 's/ $//')"
has lines '^self 0 /dev/null$'
lacks lines '^self .*passwd'
rm "$MEMPROF_DIR"/*
