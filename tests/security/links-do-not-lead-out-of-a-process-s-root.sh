# SPDX-License-Identifier: Apache-2.0
# A process in a chroot: its files are found inside, and when it puts links there that lead
# outside, or has a path that names another file outside, nothing there is opened.
. "$SRC/tests/lib.sh"
as_root chroot
need gcc
mkdir -p jail/state
chmod 700 jail/state
cat >prog.c <<'SOURCE'
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
void *volatile kept;
__attribute__((noinline)) void work_inside(void) { kept = malloc(12345); __asm__ volatile(""); }
int main(void)
{
    work_inside();
    if (write(1, "ready\n", 6) != 6)
        return 1;
    return read(0, (void *)&kept, 1) < 0;
}
SOURCE
gcc -g -O1 prog.c -o jail/prog
for file in $(ldd jail/prog "$SHIM" | grep -oE '/[^ ]*\.so[^ ]*' | grep -v : | sort -u); do
    mkdir -p "jail${file%/*}"
    cp -L "$file" "jail$file"
done
cp "$SHIM" jail/libmemprof.so
mkfifo in
/usr/bin/python3 -c 'import os
os.chroot("jail")
os.chdir("/")
os.execve("/prog", ["/prog"], {"LD_PRELOAD": "/libmemprof.so", "MEMPROF_INTERVAL": "1", "MEMPROF_DIR": "/state"})' <in >said.prog &
pid=$!
exec 9>in
until_true grep -q ready said.prog
"$MEMPROF" collect -o inside.pb.gz $pid >/dev/null
dump inside.pb.gz >dumped
has dumped 'work_inside@.*prog.c:5'
# Links that lead to a copy outside, and the same path outside.
cp jail/prog outside
mv jail/prog jail/prog.moved
followed() {
    ln -sfn "$1" jail/prog
    /usr/bin/python3 "$SRC/tests/security/opened.py" outside -- "$MEMPROF" collect -o linked.pb.gz $pid >opened
    [[ ! -s opened ]] || fail "a link to $1 was followed: $(cat said)"
    valid linked.pb.gz
    dump linked.pb.gz >dumped
    has dumped 'prog\+0x'
}
followed "$PWD/outside"
followed "../../../../../../../..$PWD/outside"
followed "/proc/self/root$PWD/outside"
# One that stays inside is followed.
ln -sfn /prog.moved jail/prog
"$MEMPROF" collect -o inside.pb.gz $pid >/dev/null
dump inside.pb.gz >dumped
has dumped 'work_inside@.*prog.c:5'
# The state's own directory, swapped for a link to another state outside.
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/exact" >/dev/null
state=$(one jail/state/*.state)
mkdir outside.d && cp "$(one $(states))" "outside.d/${state##*/}"
mv jail/state jail/state.moved
ln -s "$PWD/outside.d" jail/state
"$MEMPROF" collect -o state.pb.gz $pid >/dev/null
dump state.pb.gz >dumped
has dumped 'work_inside'
exec 9>&-
wait $pid || true
rm -f "$MEMPROF_DIR"/*.state
