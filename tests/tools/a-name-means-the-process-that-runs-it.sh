# SPDX-License-Identifier: Apache-2.0
# By comm, by the executable's last component or its path; of several a list, and status 2.
. "$SRC/tests/lib.sh"
# A name that nothing else on this machine has, longer than the 15 bytes of a comm.
name=ends-of-test-$$-long
cp "$TARGETS/ends" "$name"
start() {
    MEMPROF_INTERVAL=1 LD_PRELOAD=$1 "./$name" wait >"$2" &
    until_true grep -q ready "$2"
}
start '' plain.out
plain=$!
refused 2 "collect: process $plain: memprof does not record it" "$MEMPROF" collect "$name"
start "$SHIM" first.out
first=$!
for text in "$name" "./$name" "$PWD/$name"; do
    rm -f live.pb.gz
    "$MEMPROF" collect -o live.pb.gz "$text" >out 2>/dev/null
    has out "live.pb.gz: $name \(pid $first, running\)"
    "$MEMPROF" inspect "$text" >out
    has out "pid +$first"
done
# A comm that is not its executable's name, as an interpreter's script has.
printf '#!/bin/bash\nread -r line\n' >"s$$-script" && chmod +x "s$$-script"
mkfifo in
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "./s$$-script" <in &
exec 3>in
until_true "$MEMPROF" inspect "s$$-script"
echo >&3
wait $!
start "$SHIM" second.out
second=$!
for command in collect dump top inspect; do
    is "status of $command for two processes" 2 "$(status_of "$MEMPROF" $command "$name")"
    has err "^memprof $command: $name: is the name of 2 recorded processes; try the pid of one:"
    has err "^ *$first  $PWD/$name +\./$name wait"
    has err "^ *$second  "
    lacks err "^ *$plain  "
done
kill $plain $first $second
wait || true
refused 2 "$name: is a program, and no process runs it; try 'memprof run" "$MEMPROF" inspect "./$name"
refused 2 "none-$$: no such file, and no process of that name; try 'memprof collect'" "$MEMPROF" inspect "none-$$"
"$MEMPROF" collect --all >/dev/null 2>&1
