# SPDX-License-Identifier: Apache-2.0
# A process maps a "state" on a file system of its own making, which then answers nobody any more: root's server leaves it
# out, says so, and goes on answering what is asked of the others; no worker stands still for good.
. "$SRC/tests/lib.sh"
as_root file systems
. "$SRC/tests/tools/serve.inc"
[[ -c /dev/fuse ]] || skip "no /dev/fuse"
obeys_starts
obeyed "allocate 100"
serve_starts
answers 200 "/$PID/debug/pprof/heap"
mkdir mounted
trap "umount -l mounted 2>/dev/null || true" EXIT
mkfifo silence
/usr/bin/python3 "$SRC/tests/security/silent_fs.py" mounted "app.1.state" <silence >said &
server=$!
exec 3>silence
until_true grep -q ready said || skip "cannot mount"
/usr/bin/python3 -c '
import mmap, sys, time
with open("mounted/app.1.state", "r+b") as file:
    memory = mmap.mmap(file.fileno(), 0)
print("ready", flush=True)
time.sleep(1000)' >mapped &
holder=$!
until_true grep -q ready mapped
echo >&3
until_true grep -q silent said
# All three workers look at all processes; each asked-for page is right, and comes.
for n in 1 2; do
    answers 200 /metrics
    has body "^memprof_inuse_objects\{pid=\"$PID\",comm=\"obeys\"\} 100$"
    answers 404 "/$holder/debug/pprof/heap"
    answers 200 "/$PID/debug/pprof/heap"
    is "blocks" "100 100000 100 100000" "$(counted body grow)"
done
every serve.err . "^memprof serve: process $holder: its files did not answer for 5 s, so it is left out$"
kill -KILL $server $holder
serve_ends
wait $server $holder 2>/dev/null || true
umount -l mounted
