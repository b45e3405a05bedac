# SPDX-License-Identifier: Apache-2.0
# Fedora's layout: .build-id/XX/YYY.debug is a link to the debug file, which names what dwz shares
# by a path relative to itself; here and in a process's root directory.  By an absolute one it
# is looked for in .dwz of the directories that are asked for, too.
. "$SRC/tests/lib.sh"
need gcc objcopy strip dwz
for name in one two; do
    cat >$name.c <<SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
struct shared_by_both { int field_of_some_length, another_field_of_some_length; struct shared_by_both *next; };
static inline __attribute__((always_inline)) void *inlined_in_both(size_t n, struct shared_by_both *list)
{
    list->next = list;
    return malloc(n);
}
__attribute__((noinline)) static void *hidden_$name(size_t n)
{
    struct shared_by_both list;
    void *volatile p = inlined_in_both(n, &list);
    return p;
}
int main(int argc, char **argv)
{
    char c;
    void *volatile before = malloc(1); /* the state is made while its directory is there */
    if (argc > 1 && (chroot(argv[1]) != 0 || chdir("/") != 0))
        return 3;
    if (!hidden_$name(100001))
        return 1;
    puts("ready");
    fflush(stdout);
    return argc > 1 && read(0, &c, 1) < 0;
}
SOURCE
    gcc -g -O1 -fdebug-prefix-map="$PWD"=/src -c $name.c -o $name.o && gcc $name.o -o $name
    mkdir -p debug/usr/bin debug/.dwz
    id=$(readelf -n $name | sed -n 's/.*Build ID: //p')
    mkdir -p "debug/.build-id/${id:0:2}"
    ln -s ../../usr/bin/$name.debug "debug/.build-id/${id:0:2}/${id:2}.debug"
    cp $name $name.whole
    strip $name
done
debug_files() {
    for name in one two; do
        objcopy --only-keep-debug $name.whole debug/usr/bin/$name.debug
    done
}
debug_files
(cd debug/usr/bin && dwz -r -m ../../.dwz/common one.debug two.debug)
has <(readelf --debug-dump=links debug/usr/bin/one.debug 2>&1) '\.\./\.\./\.dwz/common'
expected='^1 100001 .* inlined_in_both@[^ ]*one.c:8 hidden_one@[^ ]*one.c:13 main@[^ ]*one.c:'
export MEMPROF_DEBUG_DIR=$PWD/debug
MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled ./one >/dev/null
dump out.pb.gz >dumped
has dumped "$expected"
rm out.pb.gz
mkdir saved && mv debug/usr/bin debug/.dwz saved
mkdir debug/usr/bin debug/.dwz
debug_files
(cd debug/usr/bin && dwz -m ../../.dwz/kept -M /usr/lib/debug/.dwz/kept one.debug two.debug)
MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled ./one >/dev/null
dump out.pb.gz >dumped
has dumped "$expected"
rm -r debug/usr/bin debug/.dwz
mv saved/bin debug/usr && mv saved/.dwz debug
[[ $(id -u) == 0 ]] || skip_rest "only root can change the root directory"
mkdir -p "jail$PWD" jail/proc
mv debug "jail$PWD/debug"
coproc JAIL { MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled ./one jail; }
pid=$JAIL_PID
read -r _ <&"${JAIL[0]}"
cp one "jail$PWD/one"
"$COLLECT" --keep -o jail.pb.gz "$(one $(states))" >/dev/null
echo >&"${JAIL[1]}"
wait "$pid"
rm -f "$MEMPROF_DIR"/*.state
dump jail.pb.gz >dumped
has dumped "$expected"
