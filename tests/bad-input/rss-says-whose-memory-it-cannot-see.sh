# SPDX-License-Identifier: Apache-2.0
# No process, one that is gone, a thread of the kernel, another user's: one line, status 2, nothing on stdout.
. "$SRC/tests/lib.sh"
quiet() {
    refused 2 "$@"
    is "output of a refusal" "" "$(cat out)"
}
quiet "^memprof rss: no process given; try" "$MEMPROF" rss
quiet "^memprof rss: one at a time: more than one was given; try" "$MEMPROF" rss 1 2
quiet "^memprof rss: .*999999999: there is no such process; try" "$MEMPROF" rss 999999999
quiet "^memprof rss: none-$$: no such file, and no process of that name; try" "$MEMPROF" rss "none-$$"
quiet "^memprof rss: \.: is a file or a directory, and no process; try" "$MEMPROF" rss .
quiet "^memprof rss: --count" "$MEMPROF" rss --count=0 $$
# One that has ended and that nobody has waited for.
mkfifo ended.in
/usr/bin/python3 -c 'import subprocess, sys; child = subprocess.Popen(["true"]); print(child.pid, flush=True); sys.stdin.read()' <ended.in >ended.out &
parent=$!
exec 4>ended.in
until_true grep -q . ended.out
ended=$(cat ended.out)
until_true grep -q '^State:.Z' "/proc/$ended/status"
quiet "^memprof rss: .*process $ended: it has no memory: it has ended, or is a thread of the kernel" "$MEMPROF" rss "$ended"
exec 4>&-
wait $parent
is "status with a full disk" 2 "$("$MEMPROF" rss $$ >/dev/full 2>/dev/null || echo $?)"
# A library that was replaced, or removed, after it was mapped: what was mapped counts.
cp "$TARGETS/rooms" gone
mkfifo in
./gone <in >out.gone &
pid=$!
exec 3>in
until_true grep -q ready out.gone
rm gone
"$MEMPROF" rss --json --symbols $pid >gone.json
is "bss of a file that is gone" True "$(/usr/bin/python3 -c '
import json
s = json.load(open("gone.json"))
print(any("/gone (deleted)" in m["path"] and 5 << 20 <= m["bss"]["rss"] < 6 << 20 for m in s["modules"]) and not any(v["name"] == "half_touched" for v in s["symbols"]))')"
if [[ $(id -u) == 0 ]]; then
    chmod -R a+rX "$B/memprof" 2>/dev/null || true
    cp "$MEMPROF" "$TMPDIR/memprof-nobody" && chmod a+rx "$TMPDIR/memprof-nobody" && chmod a+rx "$TMPDIR"
    status=0
    setpriv --reuid=65534 --regid=65534 --clear-groups "$TMPDIR/memprof-nobody" rss $pid >out 2>err || status=$?
    is "status of another user" 2 "$status"
    has err "^memprof rss: process $pid: /proc/$pid/smaps is closed to us: another user's"
fi
exec 3>&-
wait $pid
