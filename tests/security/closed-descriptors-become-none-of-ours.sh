# SPDX-License-Identifier: Apache-2.0
# A process, or a collector, without descriptors 0 to 2 (closed, or closed by exec): no file,
# socket or profile of ours becomes one of them, so names are found and nothing is written
# into what is not for it.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
MEMPROF_COLLECTOR=none profiled "$TARGETS/exact" >/dev/null
state=$(one $(states))
named() {
    valid "$1"
    dump "$1" >dumped
    has dumped 'main@.*exact.c'
}
for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
    eval "\"\$COLLECT\" --keep -o collected.pb.gz \"\$state\" $closed" >/dev/null 2>&1 || true
    named collected.pb.gz
    rm collected.pb.gz
    eval "\"\$MEMPROF\" collect --keep -o collected.pb.gz \"\$state\" $closed" >/dev/null 2>&1 || true
    named collected.pb.gz
    rm collected.pb.gz
    eval "profiled \"\$TARGETS/exact\" $closed" >/dev/null 2>&1 || true
    named "$(profile_of exact)"
    rm "$(profile_of exact)"
done
rm "$state"
# As node does with them.
MEMPROF_INTERVAL=64K profiled /usr/bin/python3 -c '
import fcntl
for fd in (0, 1, 2):
    fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
keep = [bytes(100000) for _ in range(100)]'
"$MEMPROF" collect --all >/dev/null || true
file=$(one memprof.python3*.pb.gz)
valid "$file"
dump "$file" >dumped
has dumped 'Py[A-Za-z_]*@'
