# SPDX-License-Identifier: Apache-2.0
# Where functions without names hold more than 5 % of any value, run, collect and top say which
# modules they are in, how much it is, and what to install; where they hold less they say nothing.
. "$SRC/tests/lib.sh"
strip -o libnameless.so "$TARGETS/libnameless.so"
mkdir bin
cat >bin/dpkg <<'DPKG'
#!/bin/sh
case $* in *"-S -- $OWNED") echo "libnameless1:amd64: $OWNED" ;; *) exit 1 ;; esac
DPKG
chmod +x bin/dpkg
export PATH=$PWD/bin:$PATH OWNED=none
library=$PWD/libnameless.so
wanted='libnameless.so: [0-9.]+% of [a-z_]+ is in functions without names; .*'
"$MEMPROF" run -i 1 -o one.pb.gz "$TARGETS/opens" "$library" >/dev/null 2>summary
has summary "no names +${wanted}build it with -g"
OWNED=$library "$MEMPROF" run -i 1 -o one.pb.gz "$TARGETS/opens" "$library" >/dev/null 2>summary
has summary "no names +${wanted}apt install libnameless1-dbgsym.*--debuginfod"
OWNED=$library "$MEMPROF" top one.pb.gz >table
has table "^Without names: ${wanted}apt install libnameless1-dbgsym"
is "modules named" 1 "$(grep -c '^Without names' table)"
"$MEMPROF" top --no-header one.pb.gz >rows
lacks rows 'Without names'
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/opens" "$library" >/dev/null
OWNED=$library "$MEMPROF" collect --all >collected
has collected "no names +${wanted}apt install libnameless1-dbgsym"
# Gone meanwhile.
rm libnameless.so
"$MEMPROF" top one.pb.gz >table
has table "^Without names: ${wanted}its file is not there any more"
# With names, or with little without, nothing is said.
"$MEMPROF" run -i 1 -o two.pb.gz "$TARGETS/opens" "$TARGETS/libnameless.so" >/dev/null 2>summary
lacks summary 'no names'
make_profile() {
    /usr/bin/python3 "$SRC/tests/tools/make_profile.py" "$@"
}
make_profile little.pb.gz types=alloc_space/bytes,inuse_space/bytes <<'STACKS'
96,96 named;main
4,4 a.so+0x10!/lib/a.so;main
STACKS
"$MEMPROF" top little.pb.gz >table
lacks table 'Without names'
# One of the values is enough; four modules are three lines, the worst first.
make_profile much.pb.gz types=alloc_space/bytes,inuse_space/bytes <<'STACKS'
960,80 named;main
1,5 a.so+0x10!/lib/a.so;main
1,3 b.so+0x10!/lib/b.so;main
1,2 c.so+0x10!/lib/c.so;main
1,4 d.so+0x10!/lib/d.so;main
STACKS
"$MEMPROF" top much.pb.gz >table
is "the worst three" 'a.so: 5.3% d.so: 4.3% b.so: 3.2%' \
    "$(sed -n 's/^Without names: \([^ ]* [^ ]*\) of inuse_space .*/\1/p' table | paste -sd ' ')"
