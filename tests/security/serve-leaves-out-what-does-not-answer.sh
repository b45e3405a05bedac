# SPDX-License-Identifier: Apache-2.0
# A process maps a "state" on a file system of its own making, which then answers nobody any more: root's server leaves it
# out, says so, and goes on answering what is asked of the others; no worker stands still for good.
. "$SRC/tests/lib.sh"
as_root file systems
. "$SRC/tests/tools/serve.inc"
. "$SRC/tests/security/silent.inc"
obeys_starts
obeyed "allocate 100"
serve_starts
answers 200 "/$PID/debug/pprof/heap"
trap "umount -l mounted 2>/dev/null || true" EXIT
silent_maps
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
# (Another test may have such a process, too.)
every serve.err "process $holder:" "^memprof serve: process $holder: its files did not answer for 5 s, so it is left out$"
kill -KILL $server $holder
serve_ends
wait $server $holder 2>/dev/null || true
umount -l mounted
